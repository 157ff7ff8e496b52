import { isPersonal } from '#identifiers/external-id.ts';
import { mask } from '#identifiers/mask.ts';
import { groupWords } from '#sources/columns.ts';
import { consentWords } from '#sources/said-consents.ts';
import type { FailedRow, ModelRun, ModelRunState } from '#store/model-runs.ts';
import type { Model } from '#store/models.ts';
import { secondsOf } from './model-runs.ts';
import type { ModelPreview } from './models.ts';

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
  audience,
}: Omit<Model, 'id' | 'databaseId' | 'sourceId'>) {
  return { name, source, database, id: idColumn, map, mode, enabled, sql, audience };
}

/** What the columns are taken as: the names of `import --json`. */
export function planDocument({ plan, hints }: ModelPreview) {
  return {
    mapped: Object.fromEntries([
      ...plan.fields.map(({ header, field }) => [header, field]),
      ...plan.consent.map(({ header }) => [header, 'consent']),
      ...plan.categories.map((one) => [one.header, consentWords(one)]),
      ...plan.groups.map((one) => [one.header, groupWords(one)]),
    ]),
    traits: plan.traits.map(({ header }) => header),
    ignored: plan.ignored.map(({ header }) => header),
    hints,
  };
}

/** The first rows as they may be shown: identifiers and what looks like one by their shape only. */
export function maskedRows({ plan, rows }: ModelPreview): string[][] {
  const hidden = new Set([
    ...plan.fields.map(({ column }) => column),
    // What a name is cut out of shows it as well.
    ...plan.derived.flatMap(({ field, from }) => (field === null ? [] : from)),
  ]);
  return rows.map((cells) =>
    cells.map((cell, column) => {
      if (column === plan.idColumn && !isPersonal(cell)) return cell;
      return hidden.has(column) || /@|\d{7}/.test(cell) ? mask(cell) : cell;
    }),
  );
}

/** A run of a model as --json prints it. */
export function runDocument(run: ModelRun) {
  const { counts, queuedAt, startedAt, finishedAt, cancelAskedAt: _, ...rest } = run;
  return {
    ...rest,
    state: stateOf(run),
    queuedAt: queuedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    seconds: secondsOf(run),
    counts,
  };
}

/** As people see it: one that was asked to end is on its way there. */
export function stateOf({ state, cancelAskedAt }: ModelRun): ModelRunState | 'cancelling' {
  return state === 'running' && cancelAskedAt !== null ? 'cancelling' : state;
}

/** A failed row as it may be shown: an id that is somebody's address or number by its shape only. */
export function failedRowDocument({ externalId, rowNumber, reason }: FailedRow) {
  const isHidden = externalId !== null && isPersonal(externalId);
  return { externalId: isHidden ? mask(externalId) : externalId, rowNumber, reason };
}
