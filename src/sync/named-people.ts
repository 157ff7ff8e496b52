import type { IdentifyingKey } from '#domain/identifier-keys.ts';
import { mask } from '#identifiers/mask.ts';
import { matchKey, matchKeyAsBigint } from '#identifiers/match-key.ts';
import { normaliseLine } from '#identifiers/normalise-line.ts';
import { settingOf } from '#profiles/row-version.ts';
import type { Database } from '#store/databases.ts';
import type { Db } from '#store/db.ts';
import { profilesByExternalId, profilesByKey } from '#store/named-people.ts';
import type { Muster } from './muster.ts';
import { yearOf } from './rebuild.ts';

/** People as somebody names them. */
export interface NamedPeople {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
}

export interface UnknownPeople {
  /** How many were named whom the database does not have. */
  readonly count: number;
  /** The first of them: ids as they were given, e-mail addresses by their shape. */
  readonly ids: readonly string[];
  readonly emails: readonly string[];
}

const LOOK_UPS_AT_ONCE = 10_000;
const UNKNOWN_SHOWN = 100;

/**
 * The profiles that are meant. An e-mail address means everybody who holds it.
 * @param found told the ids of profiles, some thousand at a time
 */
export async function findNamed(
  muster: Pick<Muster, 'clock'>,
  db: Db,
  database: Database,
  people: NamedPeople,
  found: (profileIds: readonly number[]) => Promise<void>,
): Promise<UnknownPeople> {
  const unknown = { count: 0, ids: new Array<string>(), emails: new Array<string>() };
  for (const names of slices(people.ids)) {
    const ids = await profilesByExternalId(db, database.id, names);
    await found(ids.filter((id) => id !== undefined));
    const strangers = names.filter((_, i) => ids[i] === undefined);
    note(unknown, unknown.ids, strangers);
  }
  for (const addresses of slices(people.emails)) {
    const keys = addresses.map((address) => keyOf(muster, database, 'EMAIL', address));
    const holders = await profilesByKey(
      db,
      database.id,
      keys.filter((key) => key !== null),
    );
    await found(holders.flat());
    const next = holders[Symbol.iterator]();
    const strangers = addresses.filter((_, i) => {
      const held = keys[i] === null ? [] : (next.next().value ?? []);
      return held.length === 0;
    });
    note(unknown, unknown.emails, strangers.map(mask));
  }
  return unknown;
}

/** What stands for a value in match_key; null: it is none. */
export function keyOf(
  muster: Pick<Muster, 'clock'>,
  database: Database,
  key: IdentifyingKey,
  input: string,
): string | null {
  const { hash, normalised } = normaliseLine({ key, input }, settingOf(database, yearOf(muster)));
  const cell = hash === '' ? normalised : Buffer.from(hash, 'hex').toString('latin1');
  return cell === '' ? null : matchKeyAsBigint(matchKey(key, cell));
}

function note(unknown: { count: number }, shown: string[], names: readonly string[]): void {
  unknown.count += names.length;
  shown.push(...names.slice(0, Math.max(0, UNKNOWN_SHOWN - shown.length)));
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += LOOK_UPS_AT_ONCE) {
    yield all.slice(at, at + LOOK_UPS_AT_ONCE);
  }
}
