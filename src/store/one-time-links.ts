import { MusterError } from '#domain/errors/muster-error.ts';
import { type Db, one, type Tx } from './db.ts';
import { type Rights, rightsColumns, rightsParameters } from './login-users.ts';

export type LinkKind = 'first-start' | 'invitation' | 'reset' | 'demo';

/** A link that works once and for a while; what is secret about it is not kept. */
export interface OneTimeLink extends Rights {
  readonly id: number;
  readonly kind: LinkKind;
  /** Whose password it sets, or who is signed in by it. */
  readonly userId: string | null;
  /** Of an invitation. */
  readonly email: string | null;
  readonly madeBy: string;
  readonly createdAt: Date;
  readonly endsAt: Date;
  readonly usedAt: Date | null;
}

export interface LinkWish extends Rights {
  readonly kind: LinkKind;
  readonly hash: Buffer;
  readonly userId: string | null;
  readonly email: string | null;
  /** The name of whoever makes it. */
  readonly madeBy: string;
  readonly lastsMs: number;
}

const columns = `id, kind, user_id as "userId", email, ${rightsColumns}, made_by as "madeBy",
  created_at as "createdAt", ends_at as "endsAt", used_at as "usedAt"`;

/** In place of those of its kind for the same person: only the newest works. */
export async function createLink(tx: Tx, wish: LinkWish): Promise<OneTimeLink> {
  await tx.query(
    `delete from one_time_link where kind = $1 and used_at is null
       and user_id is not distinct from $2 and email is not distinct from lower($3)`,
    [wish.kind, wish.userId, wish.email],
  );
  return await one<OneTimeLink>(
    tx,
    `insert into one_time_link (kind, hash, user_id, email, role, personal_data, credentials,
       database_ids, made_by, ends_at)
     values ($1, $2, $3, lower($4), $5, $6, $7, $8, $9, muster_now() + $10 * interval '1 millisecond')
     returning ${columns}`,
    [
      ...[wish.kind, wish.hash, wish.userId, wish.email],
      ...rightsParameters(wish),
      ...[wish.madeBy, wish.lastsMs],
    ],
  );
}

const usable = 'hash = $1 and used_at is null and ends_at > muster_now()';

/** What a link is for. @throws MusterError LINK_UNKNOWN when it is none, was used, or is too old. */
export async function readLink(db: Db, hash: Buffer): Promise<OneTimeLink> {
  const [found] = await db.query<OneTimeLink>(
    `select ${columns} from one_time_link where ${usable}`,
    [hash],
  );
  if (found === undefined) throw new MusterError('LINK_UNKNOWN');
  return found;
}

/** Uses it up: of all who try at the same moment one gets it. @throws MusterError LINK_UNKNOWN */
export async function useLink(tx: Tx, hash: Buffer): Promise<OneTimeLink> {
  const [found] = await tx.query<OneTimeLink>(
    `update one_time_link set used_at = muster_now() where ${usable} returning ${columns}`,
    [hash],
  );
  if (found === undefined) throw new MusterError('LINK_UNKNOWN');
  return found;
}

/** Uses up the invitation of an address, which whoever comes has proved in another way; null: there is none. */
export async function useInvitation(tx: Tx, email: string): Promise<OneTimeLink | null> {
  const [found] = await tx.query<OneTimeLink>(
    `update one_time_link set used_at = muster_now()
     where kind = 'invitation' and email = lower($1) and used_at is null and ends_at > muster_now()
     returning ${columns}`,
    [email],
  );
  return found ?? null;
}

/** Invitations that nobody took yet. */
export async function listInvitations(db: Db): Promise<OneTimeLink[]> {
  return await db.query<OneTimeLink>(
    `select ${columns} from one_time_link
     where kind = 'invitation' and used_at is null and ends_at > muster_now() order by id`,
  );
}

/** @throws MusterError LINK_UNKNOWN */
export async function withdrawInvitation(db: Db, id: number): Promise<OneTimeLink> {
  const [gone] = await db.query<OneTimeLink>(
    `delete from one_time_link where id = $1 and kind = 'invitation' and used_at is null
     returning ${columns}`,
    [id],
  );
  if (gone === undefined) throw new MusterError('LINK_UNKNOWN');
  return gone;
}
