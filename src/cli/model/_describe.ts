import { count } from '#http/words.ts';
import { groupWords } from '#sources/columns.ts';
import { consentWords } from '#sources/said-consents.ts';
import type { ModelCounts } from '#store/model-runs.ts';
import type { ModelPreview } from '#sync/models.ts';
import { indent, table } from '../layout.ts';

export function columnsText({ header, plan, hints }: ModelPreview): string {
  const lines = [
    [header[plan.idColumn] ?? '', 'the unique id, sent as External ID'],
    ...plan.fields.map((one) => [one.header, `identifier ${one.field}`]),
    ...plan.consent.map((one) => [one.header, 'consent']),
    ...plan.categories.map((one) => [one.header, consentWords(one)]),
    ...plan.groups.map((one) => [one.header, groupWords(one)]),
    ...plan.traits.map((one) => [one.header, 'trait']),
    ...plan.ignored.map((one) => [one.header, 'ignored: another column was mapped by hand']),
  ];
  const advice = hints.map(
    ({ column, key }) =>
      `\n“${column}” looks like ${key === 'EMAIL' ? 'e-mail addresses' : 'phone numbers'} and is not mapped: --map ${key}=${column}`,
  );
  const advised = advice.length === 0 ? '' : `\n${advice.join('')}`;
  return table(['column', 'taken as'], lines) + advised;
}

/** Values that were left out, as lines; null: there were none. */
export function unusableText(unusable: ModelCounts['unusable']): string | null {
  const lines = Object.entries(unusable).flatMap(([key, reasons]) =>
    Object.entries(reasons).map(([reason, number]) => [key, reason, count(number)]),
  );
  return lines.length === 0
    ? null
    : `Left out\n\n${indent(table(['key', 'reason', 'values'], lines, [2]))}`;
}
