import { MusterError } from '#domain/errors/muster-error.ts';
import { type Problem, problemError } from '#meta/problems.ts';
import { findAudience } from '#store/audiences.ts';
import { beginDeletion, endDeletion } from '#store/lifecycle.ts';
import { activeLink, lastLink, otherAudienceOf } from '#store/links.ts';
import { clientOf } from './client-of.ts';
import type { Muster, OpenClient } from './muster.ts';

const TRIES_MAX = 4;
const TRY_FIRST_MS = 500;

export interface DeletedAtMeta {
  readonly audience: string;
  readonly state: 'deactivated';
  readonly metaAudienceId: string;
  /** False: somebody had deleted it before. */
  readonly deleted: boolean;
}

/**
 * Deletes an audience's counterpart at Meta, for good; the record here stays, deactivated. The wish is
 * written down first, and each try begins with a look, so that an answer that got lost and a process
 * that died are the same: what is gone is done (protocol.md §9). What Meta refuses changes nothing.
 * @throws MusterError AUDIENCE_NOT_LINKED, META_AUDIENCE_LINKED, and META_… for what Meta refuses
 */
export async function deleteAtMeta(muster: Muster, name: string): Promise<DeletedAtMeta> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  const link = (await activeLink(store, audience.id)) ?? (await lastLink(store, audience.id));
  if (link === null) throw new MusterError('AUDIENCE_NOT_LINKED', `“${name}”`);
  const { metaAudienceId } = link;
  const other = await otherAudienceOf(store, metaAudienceId, audience.id);
  if (other !== null) {
    throw new MusterError('META_AUDIENCE_LINKED', `${metaAudienceId} belongs to “${other}”`);
  }
  const client = await clientOf(muster, audience);
  const begin = () => beginDeletion(store, link.id);
  const found = await deleteUntilGone(muster, client, metaAudienceId, begin);
  await store.tx((tx) => endDeletion(tx, { audienceId: audience.id, metaAudienceId }));
  const deleted = found || link.deletionBegan;
  return { audience: name, state: 'deactivated', metaAudienceId, deleted };
}

/**
 * Deletes an audience at Meta; `begin` writes the wish down, before Meta is asked.
 * @returns whether it was there at the first look.
 */
export async function deleteUntilGone(
  muster: Muster,
  client: OpenClient,
  audienceId: string,
  begin: () => Promise<void>,
): Promise<boolean> {
  const { meta, adAccount: account } = client;
  let found = false;
  for (let attempt = 1; ; attempt++) {
    const look = await meta.readAudience({ account, audienceId });
    let problem: Problem | null = look.outcome === 'clean' ? null : look.problem;
    if (problem !== null && (await isGone(client, audienceId, problem))) return found;
    if (problem === null) {
      found = true;
      await begin();
      const answer = await meta.deleteAudience({ account, audienceId });
      if (answer.outcome === 'clean') return true;
      problem = answer.problem;
    }
    const passes = problem.class === 'retry' || problem.executed === 'unknown';
    if (!passes || attempt === TRIES_MAX) throw problemError(problem);
    await muster.sleep(TRY_FIRST_MS * 2 ** (attempt - 1));
  }
}

/** Meta says the same of an audience that is gone and of one that a token may not see: the list tells. */
export async function isGone(
  { meta, adAccount }: OpenClient,
  audienceId: string,
  { meaning }: Problem,
): Promise<boolean> {
  if (meaning === 'audience gone') return true;
  if (meaning !== 'audience not found') return false;
  for await (const { id } of meta.findAudiences(adAccount)) if (id === audienceId) return false;
  return true;
}
