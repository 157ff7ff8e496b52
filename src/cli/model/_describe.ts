import { isPersonal } from '#identifiers/external-id.ts';
import { mask } from '#identifiers/mask.ts';
import type { Model } from '#store/models.ts';
import type { ModelPreview } from '#sync/models.ts';
import { table } from '../layout.ts';

/** A model as --json prints it. */
export function modelDocument({
  name,
  database,
  source,
  idColumn,
  map,
  mode,
  enabled,
  sql,
}: Model) {
  return { name, source, database, id: idColumn, map, mode, enabled, sql };
}

/** What the columns are taken as: the names of `import --json`. */
export function planDocument({ plan }: ModelPreview) {
  return {
    mapped: Object.fromEntries([
      ...plan.fields.map(({ header, field }) => [header, field]),
      ...plan.consent.map(({ header }) => [header, 'consent']),
    ]),
    traits: plan.traits.map(({ header }) => header),
    ignored: plan.ignored.map(({ header }) => header),
  };
}

export function columnsText({ header, plan }: ModelPreview): string {
  const lines = [
    [header[plan.idColumn] ?? '', 'the unique id, sent as External ID'],
    ...plan.fields.map((one) => [one.header, `identifier ${one.field}`]),
    ...plan.consent.map((one) => [one.header, 'consent']),
    ...plan.traits.map((one) => [one.header, 'trait']),
    ...plan.ignored.map((one) => [one.header, 'ignored: another column was mapped by hand']),
  ];
  return table(['column', 'taken as'], lines);
}

/** The first rows as they may be shown: identifiers and what looks like one by their shape only. */
export function maskedRows({ plan, rows }: ModelPreview): string[][] {
  const hidden = new Set(plan.fields.map(({ column }) => column));
  return rows.map((cells) =>
    cells.map((cell, column) => {
      if (column === plan.idColumn && !isPersonal(cell)) return cell;
      return hidden.has(column) || /@|\d{7}/.test(cell) ? mask(cell) : cell;
    }),
  );
}
