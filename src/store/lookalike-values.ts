import { mayBeSent, ruleParam } from './consent-rule.ts';
import { rowKeys } from '#domain/identifier-keys.ts';
import { one, type Tx } from './db.ts';
import type { DifferenceScope } from './difference.ts';

const place = rowKeys.indexOf('LOOKALIKE_VALUE');

/** Whether packed cells hold a LOOKALIKE_VALUE, by their bitmap; SQL. */
export function hasValue(cells: string): string {
  return `(get_byte(${cells}, ${place >> 3}) & ${1 << (place & 7)}) <> 0`;
}

/** A condition on a match row's cells: a value-based audience takes those with a value alone. */
export function andHasValue({ valueBased }: Pick<DifferenceScope, 'valueBased'>, cells: string) {
  return valueBased ? `and ${hasValue(cells)}` : '';
}

/** Member p could be matched by one of their rows, and none of those has a value. */
const isValueless = `${mayBeSent('p', '$4')} and p.sufficiency >= $5
  and not exists (select 1 from match_row mr where mr.database_id = $3
    and mr.id = any(p.match_row_ids) and mr.sufficiency >= $5 and ${hasValue('mr.cells')})`;

/**
 * How many members are held back because a value-based audience has nothing to tell of them. With a
 * link the list is kept, and only the marked profiles are looked at again.
 */
export async function countValueless(tx: Tx, scope: DifferenceScope): Promise<number> {
  if (!scope.valueBased) return 0;
  const params = [
    scope.linkId,
    scope.audienceId,
    scope.databaseId,
    ruleParam(scope.consentRule),
    scope.sufficiencyMin,
  ];
  const members = `select $1::integer as link_id, p.id as profile_id
    from member m join profile p on p.database_id = $3 and p.id = m.profile_id
    where m.audience_id = $2 and ${isValueless}`;
  if (scope.linkId === null) {
    const sql = `select count(*) as count from (${members}) x`;
    return (await one<{ count: number }>(tx, sql, params)).count;
  }
  const marked = 'select profile_id from dirty where link_id = $1';
  await tx.query(`delete from valueless where link_id = $1 and ($2 or profile_id in (${marked}))`, [
    scope.linkId,
    scope.everybody,
  ]);
  await tx.query(
    `insert into valueless (link_id, profile_id)
     ${members} ${scope.everybody ? '' : `and m.profile_id in (${marked})`}
     on conflict do nothing`,
    params,
  );
  const { count } = await one<{ count: number }>(
    tx,
    'select count(*) as count from valueless where link_id = $1',
    [scope.linkId],
  );
  return count;
}
