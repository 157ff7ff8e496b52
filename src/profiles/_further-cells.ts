import {
  type BesideKey,
  besideKeys,
  type FurtherKey,
  furtherKeys,
  type IdentifierField,
  type RawIdentifiers,
} from '#domain/identifier-keys.ts';
import type { Cell } from '#domain/match-row.ts';
import { firstOf } from '#identifiers/found.ts';
import { kindOf } from '#identifiers/kinds.ts';
import type { Outcome } from '#identifiers/outcome.ts';
import { normaliseOwnerId } from '#identifiers/platform-id.ts';
import type { Setting } from '#identifiers/setting.ts';
import type { Problem } from './match-rows.ts';

/** What only a --map feeds, so that most rows have none of it (features.md M-11). */
const besideFields: Readonly<Record<BesideKey, IdentifierField>> = {
  app_ids: 'appId',
  page_ids: 'pageId',
  ig_account_ids: 'igAccountIds',
};

/** A user id is of one app or page, and Meta refuses it without (meta-api.md §4.2). */
const owners: Readonly<Partial<Record<FurtherKey, BesideKey>>> = {
  APPUID: 'app_ids',
  PAGEUID: 'page_ids',
};

/** Asked of every row, so it looks at nothing but what is there. */
export function hasFurther(raw: RawIdentifiers): boolean {
  return (
    raw.appUserId !== undefined ||
    raw.appId !== undefined ||
    raw.pageUserId !== undefined ||
    raw.pageId !== undefined ||
    raw.igAccountIds !== undefined ||
    raw.lookalikeValue !== undefined ||
    raw.dataProcessingOptions !== undefined ||
    raw.dataProcessingCountry !== undefined ||
    raw.dataProcessingState !== undefined
  );
}

/** The cells behind the fifteen, in the order of rowKeys: all go plain. */
export function furtherCells(
  raw: RawIdentifiers,
  setting: Setting,
): { cells: Cell[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const cellOf = (key: Problem['key'], outcome: Outcome): Cell => {
    if (outcome.kind === 'unusable') problems.push({ key, reason: outcome.reason });
    return outcome.kind === 'value' ? outcome.normalised : '';
  };
  const beside = besideKeys.map((key) =>
    cellOf(key, normaliseOwnerId(firstOf(raw[besideFields[key]]), key)),
  );
  const columns = furtherKeys.map((key) => {
    const { fields, label, normalise } = kindOf(key);
    const [field] = fields;
    if (field === undefined) return '';
    const cell = cellOf(key, normalise(firstOf(raw[field]), { country: null, setting }));
    const owner = owners[key];
    if (cell === '' || owner === undefined || beside[besideKeys.indexOf(owner)] !== '') return cell;
    problems.push({ key, reason: `${label}: nobody says of which ${owner.replace('_ids', '')}` });
    return '';
  });
  return { cells: [...columns, ...beside], problems };
}
