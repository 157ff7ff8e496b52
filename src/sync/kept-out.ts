import { MusterError } from '#domain/errors/muster-error.ts';
import { mask } from '#identifiers/mask.ts';
import { lockEvaluation } from '#store/audiences.ts';
import { type Database, findDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import {
  addSuppressed,
  audiencesToLock,
  countHeldOut,
  countSuppressed,
  dropKeptOut,
  type HoldOutCounts,
  lookAtEverybody,
  outdatePlans,
  removeSuppressed,
  setHoldOut,
  type SuppressedCounts,
  type SuppressedValue,
} from '#store/kept-out.ts';
import { lockAlone } from '#store/suppressions.ts';
import type { Muster } from './muster.ts';
import { keyOf } from './named-people.ts';

/** Nothing that keeps people out of audiences has more than half of them. */
const PERCENT_MAX = 50;
const HEX_DIGITS = 8;

export interface HoldOutReport extends HoldOutCounts {
  readonly database: string;
  /** People who were in an audience until now. */
  readonly left: number;
}

/**
 * Holds a share of everybody out of every audience, by a hash of their external id: the same people as long as
 * the share is the same, and some more when it grows.
 * @param percent null: nobody is held out
 */
export async function changeHoldOut(
  { store }: Muster,
  database: string,
  percent: number | null,
): Promise<HoldOutReport> {
  if (percent !== null && !(percent > 0 && percent <= PERCENT_MAX)) {
    throw new MusterError(
      'USAGE',
      `the share has to be above 0 and at most ${PERCENT_MAX} per cent`,
    );
  }
  const { id } = await findDatabase(store, database);
  const left = await store.tx((tx) =>
    changeKeptOut(tx, id, async () => {
      const below = (percent ?? 0) * (16 ** HEX_DIGITS / 100);
      const share = { percent: percent ?? 0, below: hex(Math.round(below)) };
      await setHoldOut(tx, id, percent === null ? null : share);
      await lookAtEverybody(tx, id);
    }),
  );
  return { database, ...(await countHeldOut(store, id)), left };
}

function hex(number: number): string {
  return number.toString(16).padStart(HEX_DIGITS, '0');
}

export async function showHoldOut({ store }: Muster, database: string): Promise<HoldOutReport> {
  const { id } = await findDatabase(store, database);
  return { database, ...(await countHeldOut(store, id)), left: 0 };
}

/** Values as somebody names them. */
export interface NamedValues {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

export interface SuppressionReport extends SuppressedCounts {
  readonly database: string;
  /** Values that were not on the list, or were, and are not any more. */
  readonly added: number;
  readonly removed: number;
  /** People who were in an audience until now. */
  readonly left: number;
  /** By their shape: what could not be read as such a value. */
  readonly unusable: readonly string[];
}

/**
 * Changes the suppression list of a database: whoever holds a value of it is in no audience, whatever fills
 * it, and comes back when the value is taken off. Only keys of the values are kept.
 */
export async function changeSuppressions(
  muster: Muster,
  database: string,
  change: { readonly add: NamedValues; readonly remove: NamedValues },
): Promise<SuppressionReport> {
  const { store } = muster;
  const found = await findDatabase(store, database);
  const add = readValues(muster, found, change.add);
  const remove = readValues(muster, found, change.remove);
  const report = await store.tx(async (tx) => {
    let [added, removed] = [0, 0];
    const left = await changeKeptOut(tx, found.id, async () => {
      added = await addSuppressed(tx, found.id, add.values);
      const keys = remove.values.map(({ key }) => key);
      removed = await removeSuppressed(tx, found.id, keys);
    });
    return { added, removed, left };
  });
  const counts = await countSuppressed(store, found.id);
  return { database, ...report, ...counts, unusable: [...add.unusable, ...remove.unusable] };
}

export async function showSuppressions(
  { store }: Muster,
  database: string,
): Promise<SuppressionReport> {
  const { id } = await findDatabase(store, database);
  const nothing = { added: 0, removed: 0, left: 0, unusable: [] };
  return { database, ...nothing, ...(await countSuppressed(store, id)) };
}

/** Between two sendings, and beside no evaluation: nobody is sent who is kept out from now on. */
async function changeKeptOut(
  tx: Tx,
  databaseId: number,
  change: () => Promise<void>,
): Promise<number> {
  for (const id of await audiencesToLock(tx, databaseId)) await lockEvaluation(tx, id);
  await lockAlone(tx, databaseId);
  await change();
  await outdatePlans(tx, databaseId);
  return await dropKeptOut(tx, databaseId);
}

const kinds = { ids: 'EXTERN_ID', emails: 'EMAIL', phones: 'PHONE' } as const;

function readValues(
  muster: Muster,
  database: Database,
  named: NamedValues,
): { values: SuppressedValue[]; unusable: string[] } {
  const values: SuppressedValue[] = [];
  const unusable: string[] = [];
  for (const list of ['ids', 'emails', 'phones'] as const) {
    const kind = kinds[list];
    for (const input of named[list]) {
      const key = keyOf(muster, database, kind, input);
      if (key === null) unusable.push(mask(input));
      else values.push({ key, kind });
    }
  }
  return { values, unusable };
}
