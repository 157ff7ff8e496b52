import type { Db } from './db.ts';

/** A question to one person, taken to be mailed. */
export interface ApprovalLetter {
  readonly id: number;
  readonly tries: number;
  readonly approvalId: number;
  readonly runId: number;
  readonly planChecksum: string;
  readonly audience: string;
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
  readonly askedByName: string;
  readonly askedAt: Date;
  readonly personId: string;
  readonly email: string;
}

/** Minutes until the next try, by the tries before. */
const TRY_AGAIN_MINUTES = [1, 5, 30, 120, 300, 600];

/**
 * Takes letters whose time has come; the next try is written down before this one begins. What was
 * answered meanwhile is not mailed any more.
 */
export async function takeLetters(db: Db, limit: number): Promise<ApprovalLetter[]> {
  return await db.query<ApprovalLetter>(
    `with due as (
       select l.id from approval_letter l join approval p on p.id = l.approval_id
       where l.sent_at is null and l.given_up_at is null and l.next_at <= muster_now()
         and p.state = 'open' order by l.id limit $1 for update of l skip locked
     ), taken as (
       update approval_letter l set tries = l.tries + 1, next_at = muster_now()
         + interval '1 minute' * ($2::float8[])[least(l.tries + 1, ${TRY_AGAIN_MINUTES.length})]
       from due where l.id = due.id returning l.*)
     select t.id, t.tries, p.id as "approvalId", p.run_ids[cardinality(p.run_ids)] as "runId",
       p.plan_checksum as "planChecksum", a.name as audience, p.adds, p.removes, p.updates,
       p.asked_by->>'name' as "askedByName", p.asked_at as "askedAt",
       u.id as "personId", u.email
     from taken t join approval p on p.id = t.approval_id join audience a on a.id = p.audience_id
     join login_user u on u.id = t.user_id order by t.id`,
    [limit, TRY_AGAIN_MINUTES],
  );
}

export async function noteLetterSent(db: Db, id: number): Promise<void> {
  await db.query(
    'update approval_letter set sent_at = muster_now(), problem = null where id = $1',
    [id],
  );
}

/** Why a try failed; after the last one nothing comes any more. */
export async function noteLetterNotSent(
  db: Db,
  { id, tries }: Pick<ApprovalLetter, 'id' | 'tries'>,
  problem: string,
): Promise<void> {
  const isLast = tries > TRY_AGAIN_MINUTES.length;
  await db.query(
    `update approval_letter set problem = $2, given_up_at = case when $3 then muster_now() end
     where id = $1`,
    [id, problem, isLast],
  );
}
