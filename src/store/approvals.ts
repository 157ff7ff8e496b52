import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';

/** Above these a second person is asked; null: however many. */
export interface ApprovalLimits {
  readonly peopleAtMost: number | null;
  readonly removalsAtMost: number | null;
}

/** Who asked or answered. `personId`: somebody who signs in, also where a key of theirs did it. */
export interface Asker {
  readonly kind: 'user' | 'key' | 'terminal' | 'nobody';
  readonly id: string | null;
  readonly name: string;
  readonly personId: string | null;
}

export type ApprovalState = 'open' | 'approved' | 'refused' | 'stale' | 'done';

/** One question to a second person. */
export interface Approval extends ApprovalLimits {
  readonly id: number;
  readonly audienceId: number;
  readonly audience: string;
  readonly databaseId: number;
  /** The newest run that stopped for it. */
  readonly runId: number;
  readonly planChecksum: string;
  readonly listChecksum: string;
  readonly basis: string;
  /** People. */
  readonly adds: number;
  readonly removes: number;
  readonly updates: number;
  readonly guardReasons: readonly string[];
  readonly askedBy: Asker;
  readonly askedAt: Date;
  readonly state: ApprovalState;
  readonly decidedBy: Asker | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
}

const columns = `p.id, p.audience_id as "audienceId", a.name as audience,
  a.database_id as "databaseId", p.run_ids[cardinality(p.run_ids)] as "runId",
  p.plan_checksum as "planChecksum", p.list_checksum as "listChecksum", p.basis,
  p.adds, p.removes, p.updates, p.people_at_most as "peopleAtMost",
  p.removals_at_most as "removalsAtMost", p.guard_reasons as "guardReasons",
  p.asked_by as "askedBy", p.asked_at as "askedAt", p.state, p.decided_by as "decidedBy",
  p.decided_at as "decidedAt", p.note`;

const approvals = `select ${columns} from approval p join audience a on a.id = p.audience_id`;

export async function readApprovalLimits(db: Db, databaseId: number): Promise<ApprovalLimits> {
  return await one<ApprovalLimits>(
    db,
    `select approval_people_at_most as "peopleAtMost",
       approval_removals_at_most as "removalsAtMost" from database where id = $1`,
    [databaseId],
  );
}

/** Sets those of them that are said; a dry run says what would stand and changes nothing. */
export async function changeApprovalLimits(
  db: Db,
  databaseId: number,
  wish: {
    readonly peopleAtMost?: number | null | undefined;
    readonly removalsAtMost?: number | null | undefined;
  },
  dryRun: boolean,
): Promise<{ readonly limits: ApprovalLimits; readonly changed: boolean }> {
  const before = await readApprovalLimits(db, databaseId);
  const { peopleAtMost = before.peopleAtMost, removalsAtMost = before.removalsAtMost } = wish;
  const changed = peopleAtMost !== before.peopleAtMost || removalsAtMost !== before.removalsAtMost;
  if (changed && !dryRun) {
    await db.query(
      `update database set approval_people_at_most = $2, approval_removals_at_most = $3
       where id = $1`,
      [databaseId, peopleAtMost, removalsAtMost],
    );
  }
  return { limits: { peopleAtMost, removalsAtMost }, changed };
}

/** The question that a run stopped for, answered or not; null: it stopped for none. */
export async function approvalOfRun(db: Db, runId: number): Promise<Approval | null> {
  const [found] = await db.query<Approval>(
    `${approvals} where $1 = any(p.run_ids) order by p.id desc limit 1`,
    [runId],
  );
  return found ?? null;
}

/** @throws MusterError APPROVAL_NONE */
export async function readApproval(db: Db, id: number): Promise<Approval> {
  const [found] = await db.query<Approval>(`${approvals} where p.id = $1`, [id]);
  if (found === undefined) throw new MusterError('APPROVAL_NONE');
  return found;
}

/** The newest question about an audience. */
export async function lastApproval(db: Db, audienceId: number): Promise<Approval | null> {
  const [found] = await db.query<Approval>(
    `${approvals} where p.audience_id = $1 order by p.id desc limit 1`,
    [audienceId],
  );
  return found ?? null;
}

/** The newest first. `databaseIds` absent: of all. */
export async function listApprovals(
  db: Db,
  wish: {
    readonly databaseIds?: readonly number[];
    readonly state: ApprovalState | null;
    readonly beforeId: number | null;
    readonly limit: number;
  },
): Promise<Approval[]> {
  return await db.query<Approval>(
    `${approvals} where ($1::integer[] is null or a.database_id = any($1))
       and ($2::text is null or p.state = $2) and ($3::integer is null or p.id < $3)
     order by p.id desc limit $4`,
    [wish.databaseIds ?? null, wish.state, wish.beforeId, wish.limit],
  );
}

/** What a run stops for. */
export type Question = Pick<
  Approval,
  | ('audienceId' | 'runId' | 'planChecksum' | 'listChecksum' | 'basis' | 'adds' | 'removes')
  | ('updates' | 'peopleAtMost' | 'removalsAtMost' | 'guardReasons')
> & {
  /** A person asks by starting the run: what was refused may be asked again. */
  readonly byHand: boolean;
};

/** How long the same people are not mailed about the same audience again, unless a person asks. */
const QUIET_HOURS = 24;

/**
 * Asks a second person. The same list is the same question still, open or refused; another one takes
 * its place. Whoever may answer gets a letter.
 */
export async function askApproval(
  tx: Tx,
  question: Question,
): Promise<{ readonly asked: Approval; readonly isNew: boolean }> {
  const { audienceId, runId, byHand } = question;
  const last = await lastApproval(tx, audienceId);
  const stands =
    last !== null &&
    last.listChecksum === question.listChecksum &&
    (last.state === 'open' || (last.state === 'refused' && !byHand));
  if (stands) {
    await tx.query('update approval set run_ids = run_ids || $2::bigint where id = $1', [
      last.id,
      runId,
    ]);
    return { asked: { ...last, runId }, isNew: false };
  }
  await endApprovals(tx, audienceId, 'stale');
  const { id } = await one<{ id: number }>(
    tx,
    `insert into approval (audience_id, run_ids, plan_checksum, list_checksum, basis, adds, removes,
       updates, people_at_most, removals_at_most, guard_reasons, asked_by)
     select a.id, array[$2::bigint], $3, $4, $5, $6, $7, $8, $9, $10, $11,
       coalesce(a.asked_by, '{"kind":"nobody","id":null,"name":"nobody","personId":null}')
     from audience a where a.id = $1 returning id`,
    [
      ...[audienceId, runId, question.planChecksum, question.listChecksum, question.basis],
      ...[question.adds, question.removes, question.updates],
      ...[question.peopleAtMost, question.removalsAtMost, JSON.stringify(question.guardReasons)],
    ],
  );
  await tx.query(
    `insert into approval_letter (approval_id, user_id)
     select p.id, u.id from approval p join audience a on a.id = p.audience_id
     join login_user u on ${mayAnswer}
     where p.id = $1 and ($2 or not exists (
       select from approval_letter l join approval o on o.id = l.approval_id
       where o.audience_id = p.audience_id and l.user_id = u.id and l.sent_at
         > muster_now() - interval '${QUIET_HOURS} hours'))
     order by u.email`,
    [id, byHand],
  );
  return { asked: await readApproval(tx, id), isNew: true };
}

/** Somebody (u) who may answer question p about audience a: may release its runs, and did not ask. */
const mayAnswer = `u.disabled_at is null and u.role in ('editor', 'admin', 'owner')
  and (u.database_ids is null or a.database_id = any(u.database_ids))
  and u.id is distinct from p.asked_by->>'personId'`;

/** By name: who may answer. */
export async function whoMayAnswer(
  db: Db,
  approvalId: number,
): Promise<{ readonly id: string; readonly name: string; readonly email: string }[]> {
  return await db.query(
    `select u.id, u.name, u.email from approval p join audience a on a.id = p.audience_id
     join login_user u on ${mayAnswer} where p.id = $1 order by u.name, u.id`,
    [approvalId],
  );
}

/** Nobody answers the open question of an audience any more; one that was approved is done with. */
export async function endApprovals(
  tx: Tx,
  audienceId: number,
  state: 'stale' | 'done',
): Promise<void> {
  await tx.query(
    `update approval set state = case when state = 'open' then 'stale' else $2 end
     where audience_id = $1 and state in ('open', 'approved')`,
    [audienceId, state],
  );
}

export async function markStale(db: Db, id: number): Promise<void> {
  await db.query(`update approval set state = 'stale' where id = $1 and state = 'open'`, [id]);
}

/** Of all who answer at the same moment one does. @returns false when it was another. */
export async function decideApproval(
  tx: Tx,
  id: number,
  answer: {
    readonly state: 'approved' | 'refused';
    readonly by: Asker;
    readonly via: 'api' | 'terminal' | 'link';
    readonly note: string | null;
  },
): Promise<boolean> {
  const decided = await tx.query(
    `update approval set state = $2, decided_by = $3, decided_via = $4, note = $5,
       decided_at = muster_now() where id = $1 and state = 'open' returning id`,
    [id, answer.state, JSON.stringify(answer.by), answer.via, answer.note],
  );
  return decided.length > 0;
}

/** Longer ago than that nobody remembers what was approved. */
const APPROVED_FOR_HOURS = 72;

/** What was approved of an audience and has not gone yet. */
export async function approvedList(db: Db, audienceId: number): Promise<Approval | null> {
  const [found] = await db.query<Approval>(
    `${approvals} where p.audience_id = $1 and p.state = 'approved'
       and p.decided_at > muster_now() - interval '${APPROVED_FOR_HOURS} hours'
     order by p.id desc limit 1`,
    [audienceId],
  );
  return found ?? null;
}

/** The person behind somebody who asks: themselves, or whoever made the key. */
export async function askerOf(db: Db, { kind, id, name }: Omit<Asker, 'personId'>): Promise<Asker> {
  if (kind !== 'key') return { kind, id, name, personId: kind === 'user' ? id : null };
  const [key] = await db.query<{ madeById: string | null }>(
    'select made_by_id as "madeById" from api_key where id = $1',
    [Number(id)],
  );
  return { kind, id, name, personId: key?.madeById ?? null };
}

/** Notes who wants an audience to be as it is from now on; gives who it was before. */
export async function noteAsker(
  db: Db,
  audienceId: number,
  asker: Asker | null,
): Promise<Asker | null> {
  const [noted] = await db.query<{ before: Asker | null }>(
    `update audience a set asked_by = $2 from (select id, asked_by from audience where id = $1
       for update) o where a.id = o.id returning o.asked_by as before`,
    [audienceId, asker === null ? null : JSON.stringify(asker)],
  );
  return noted?.before ?? null;
}

/** The same by the audience's name; there may be none. */
export async function noteAskerOfNamed(db: Db, audience: string, asker: Asker): Promise<void> {
  await db.query('update audience set asked_by = $2 where name = $1', [
    audience,
    JSON.stringify(asker),
  ]);
}
