import type { Db, Tx } from './db.ts';

export type IdentityKind = 'user' | 'anonymous';

/** What a call names a person by, and what calls under that very id said. */
export interface StoredIdentity {
  readonly id: number;
  readonly kind: IdentityKind;
  readonly name: string;
  readonly profileId: number;
  /** The user id that it belongs to by the earliest call that said so. */
  readonly linkedTo: string | null;
  /** In ms. */
  readonly linkedMs: number | null;
  readonly linkedBy: string | null;
  /** As profiles/facts.ts has them. */
  readonly facts: object | null;
}

const columns = `i.id, i.kind, i.name, i.profile_id as "profileId", i.linked_to as "linkedTo",
  i.linked_ms as "linkedMs", i.linked_by as "linkedBy", i.facts`;

export async function readIdentities(
  db: Db,
  databaseId: number,
  ids: readonly { kind: IdentityKind; name: string }[],
): Promise<StoredIdentity[]> {
  if (ids.length === 0) return [];
  return await db.query<StoredIdentity>(
    `select ${columns} from unnest($2::text[], $3::text[]) x (kind, name)
     join identity i on i.database_id = $1 and i.kind = x.kind and i.name = x.name`,
    [databaseId, ids.map(({ kind }) => kind), ids.map(({ name }) => name)],
  );
}

/** Whose these ids are, those that only files have told of too; who is unknown is left out. */
export async function profileIdsOf(
  db: Db,
  databaseId: number,
  {
    userId,
    anonymousId,
  }: { readonly userId?: string | undefined; readonly anonymousId?: string | undefined },
): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select p.id from profile p where p.database_id = $1 and p.external_id = $2
     union
     select i.profile_id from identity i where i.database_id = $1
       and (i.kind = 'user' and i.name = $2 or i.kind = 'anonymous' and i.name = $3)`,
    [databaseId, userId ?? null, anonymousId ?? null],
  );
  return rows.map(({ id }) => id);
}

/** The identities of profiles: all, or only those that say something about the person. */
export async function readIdentitiesOf(
  db: Db,
  databaseId: number,
  profileIds: readonly number[],
  which: 'all' | 'with facts',
): Promise<StoredIdentity[]> {
  if (profileIds.length === 0) return [];
  return await db.query<StoredIdentity>(
    `select ${columns} from identity i
     where i.database_id = $1 and i.profile_id = any($2)
       ${which === 'all' ? '' : 'and i.facts is not null'}`,
    [databaseId, profileIds],
  );
}

export async function writeIdentities(
  tx: Tx,
  databaseId: number,
  identities: readonly StoredIdentity[],
): Promise<void> {
  if (identities.length === 0) return;
  await tx.query(
    `insert into identity as i (database_id, kind, name, id, profile_id, linked_to, linked_ms,
       linked_by, facts)
     select $1, x.kind, x.name, x.id, x."profileId", x."linkedTo",
       x."linkedMs", x."linkedBy", x.facts
     from jsonb_to_recordset($2) x (kind text, name text, id bigint, "profileId" bigint,
       "linkedTo" text, "linkedMs" float8, "linkedBy" text, facts jsonb)
     on conflict (database_id, kind, name) do update set profile_id = excluded.profile_id,
       linked_to = excluded.linked_to, linked_ms = excluded.linked_ms,
       linked_by = excluded.linked_by, facts = excluded.facts`,
    [databaseId, JSON.stringify(identities)],
  );
}
