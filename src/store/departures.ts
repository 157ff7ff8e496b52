import type { Tx } from './db.ts';

/**
 * Whoever somebody took out of an audience by typing it: the guard does not count them
 * (protocol.md §6). Call it in the transaction that ends the memberships.
 */
export async function noteTypedDepartures(
  tx: Tx,
  audienceId: number,
  profileIds: readonly number[],
): Promise<void> {
  await tx.query(
    `insert into departure (audience_id, profile_id, cause, at)
     select $1, x.id, 'hand', muster_now() from unnest($2::bigint[]) x (id)
     on conflict (audience_id, profile_id) do update set cause = excluded.cause, at = excluded.at`,
    [audienceId, profileIds],
  );
}

/** Writes beside each removal in `difference` why its person leaves; $1 is the audience. */
export async function nameCauses(tx: Tx, audienceId: number): Promise<void> {
  await tx.query(
    `update difference d set cause = x.cause from departure x
     where x.audience_id = $1 and x.profile_id = d.profile_id and d.kind = 'remove' and not d.stays`,
    [audienceId],
  );
}

/** Forgets why people left of whom nothing is left to be removed. */
export async function settleDepartures(tx: Tx, audienceId: number): Promise<void> {
  await tx.query(
    `delete from departure x where x.audience_id = $1
       and not exists (select 1 from difference d where d.profile_id = x.profile_id)
       and not exists (select 1 from member m
         where m.audience_id = $1 and m.profile_id = x.profile_id)`,
    [audienceId],
  );
}
