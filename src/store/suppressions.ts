import { countsUnder } from './consent-rule.ts';
import { type Db, one, type Tx } from './db.ts';

/**
 * Namespace of the advisory locks that order sending and opting out within one database. Whoever
 * sends holds it shared until its TX-send commits; whoever changes what may be sent holds it alone.
 * The triggers of migration 007 take the same one.
 */
const SENDING_LOCK = 7_278_314;

export interface Sending {
  /** Somebody's consent has changed and nobody has worked out yet what follows. */
  readonly pending: boolean;
  /** There are values that must not be sent, so rows have to be looked at one by one. */
  readonly suppressing: boolean;
}

/** First statement of every TX-send: until its commit nobody opts out, and what it reads holds. */
export async function lockSending(tx: Tx, databaseId: number): Promise<Sending> {
  await tx.query('select pg_advisory_xact_lock_shared($1, $2)', [SENDING_LOCK, databaseId]);
  return await readSending(tx, databaseId);
}

/** Nobody else sends from this database, or opts out of it, until the commit. */
export async function lockAlone(tx: Tx, databaseId: number): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1, $2)', [SENDING_LOCK, databaseId]);
}

export async function readSending(tx: Db, databaseId: number): Promise<Sending> {
  return await one<Sending>(
    tx,
    `select exists (select 1 from consent_change where database_id = $1) as pending,
       exists (select 1 from suppression where database_id = $1) as suppressing`,
    [databaseId],
  );
}

const salt = '(select suppression_salt from installation)';

/**
 * Whether the identifying value `key` must not be sent under the consent rule in parameter `rule`;
 * all are SQL.
 */
export function isSuppressed(key: string, database: string, rule: string): string {
  return `(exists (select 1 from suppression s where s.database_id = ${database}
      and s.key = ${key} and s.reason <> 'erasure' and ${countsUnder(rule, 's.category')})
    or ((select exists (select 1 from suppression s
        where s.database_id = ${database} and s.reason = 'erasure'))
      and exists (select 1 from suppression s where s.database_id = ${database}
        and s.key = stamp_of(${salt}, ${key}) and s.reason = 'erasure')))`;
}

/**
 * Whether a match row (an alias, with keys and cells) is left with too little once its suppressed
 * values are gone. Somebody whose External ID is suppressed is the person who is meant.
 */
export function isWithheld(row: string, scope: SuppressionScope): string {
  const { database, rule, sufficiency } = scope;
  return `(exists (select 1 from unnest(${row}.keys) k (key)
      where ${isSuppressed('k.key', database, rule)})
    and (get_byte(${row}.cells, 0) & 1 = 1 and ${isSuppressed(`${row}.keys[1]`, database, rule)}
      or not (${sufficiency} < 2 or names_are_enough(${row}.cells)
        or exists (select 1 from unnest(${row}.keys) with ordinality k (key, position)
          where k.position > get_byte(${row}.cells, 0) & 1
            and not ${isSuppressed('k.key', database, rule)}))))`;
}

/** The parameters that say what may be sent. */
export interface SuppressionScope {
  readonly database: string;
  readonly rule: string;
  readonly sufficiency: string;
}

/** Of a row with `keys`, the values that stay out of an addition. */
export function suppressedOf(keys: string, database: string, rule: string): string {
  return `array(select k.key from unnest(${keys}) k (key)
    where ${isSuppressed('k.key', database, rule)})`;
}
