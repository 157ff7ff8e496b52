import { MusterError } from '#domain/errors/muster-error.ts';
import { conditionOf } from '#meta/conditions.ts';
import type { MetaAudience } from '#meta/audiences.ts';
import { type Problem, problemError } from '#meta/problems.ts';
import { describeSize } from '#insights/state-at-meta.ts';
import { type Audience, findAudience } from '#store/audiences.ts';
import { type Db, one } from '#store/db.ts';
import { activeLink, lastLink } from '#store/links.ts';
import {
  forgetLookalike,
  keepLookalike,
  lookalikesOf,
  type LookalikeSeed,
  wishLookalike,
} from '#store/lookalikes.ts';
import { clientOf } from './client-of.ts';
import { deleteUntilGone, isGone } from './delete-at-meta.ts';
import { makeOnce } from './make-once.ts';
import type { Muster, OpenClient } from './muster.ts';

/** A lookalike as Meta has it; as --json prints it. */
export interface Lookalike {
  readonly metaAudienceId: string;
  readonly name: string;
  readonly countries: readonly string[];
  /** Of the people of a country, those most alike; null: Meta did not say. */
  readonly ratio: number | null;
  readonly byValue: boolean;
  /** As people read it. */
  readonly size: string;
  readonly sizeLowest: number | null;
  readonly sizeHighest: number | null;
  readonly operationStatus: { readonly code: number; readonly description?: string } | null;
  /** In a sentence. */
  readonly status: string;
}

export interface LookalikeWish {
  /** Two letters, upper case. */
  readonly country: string;
  readonly percent: number;
  /** Null: after its seed. */
  readonly name: string | null;
  /** Somebody expects it to go by value. */
  readonly byValue: boolean;
}

/**
 * Makes a lookalike of a linked audience, once: asked again after an answer that got lost it finds
 * what is there.
 * @throws MusterError AUDIENCE_NOT_LINKED, LOOKALIKE_EXISTS, LOOKALIKE_NOT_BY_VALUE, and META_… for
 * what Meta refuses, such as a seed of fewer than 100 people
 */
export async function makeLookalike(
  muster: Muster,
  seedName: string,
  wish: LookalikeWish,
): Promise<Lookalike> {
  const { store } = muster;
  const audience = await findAudience(store, seedName);
  if (wish.byValue && !audience.valueBased) {
    throw new MusterError('LOOKALIKE_NOT_BY_VALUE', `“${seedName}” is not value-based`);
  }
  const seed = await seedOf(store, audience);
  const client = { ...(await clientOf(muster, audience)), adAccount: seed.adAccount };
  const { country, percent } = wish;
  const name = wish.name ?? `${seedName}, lookalike ${country} ${percent} %`;
  const { isNew, ...record } = await wishLookalike(store, seed, { country, percent, name });
  if (record.metaAudienceId !== null && (await isThere(client, record.metaAudienceId))) {
    const measured = `“${record.name}” (${record.metaAudienceId}), ${country} ${percent} %`;
    throw new MusterError('LOOKALIKE_EXISTS', measured);
  }
  const { installation } = await one<{ installation: string }>(
    store,
    'select left(id::text, 8) as installation from installation',
  );
  const mark = `${installation}-lookalike-${record.id}`;
  const ask = () =>
    client.meta.createLookalike({
      account: seed.adAccount,
      name,
      description: `Made by Muster (${mark})`,
      originAudienceId: seed.seedMetaAudienceId,
      country,
      ratio: percent / 100,
    });
  let metaAudienceId: string;
  try {
    metaAudienceId = await makeOnce(muster, client, { mark, look: !isNew, ask });
  } catch (error) {
    // Refused, not lost: there is nothing to look for the next time.
    if (isRefusal(error)) await forgetLookalike(store, record.id);
    throw error;
  }
  await keepLookalike(store, record.id, { name, metaAudienceId });
  const read = await client.meta.readAudience({
    account: seed.adAccount,
    audienceId: metaAudienceId,
  });
  if (read.outcome !== 'clean') throw problemError(read.problem);
  return describe(read.body, audience);
}

/**
 * The lookalikes that grow from an audience, whoever made them, as Meta has them now.
 * @throws MusterError AUDIENCE_NOT_LINKED, META_…
 */
export async function listLookalikes(muster: Muster, seedName: string): Promise<Lookalike[]> {
  const audience = await findAudience(muster.store, seedName);
  const seed = await seedOf(muster.store, audience);
  const client = { ...(await clientOf(muster, audience)), adAccount: seed.adAccount };
  const found: Lookalike[] = [];
  for await (const one of client.meta.findAudiences(seed.adAccount)) {
    const grows = one.lookalike?.originIds.includes(seed.seedMetaAudienceId) ?? false;
    if (grows) found.push(describe(one, audience));
  }
  const there = new Set(found.map(({ metaAudienceId }) => metaAudienceId));
  for (const { id, metaAudienceId } of await lookalikesOf(muster.store, audience.id)) {
    if (metaAudienceId !== null && !there.has(metaAudienceId)) {
      await forgetLookalike(muster.store, id);
    }
  }
  return found;
}

/**
 * Deletes a lookalike of an audience at Meta, for good; `which` is its name or its id.
 * @throws MusterError LOOKALIKE_UNKNOWN, META_…
 */
export async function deleteLookalike(
  muster: Muster,
  seedName: string,
  which: string,
): Promise<Lookalike> {
  const all = await listLookalikes(muster, seedName);
  const meant = all.filter(({ name, metaAudienceId }) => [name, metaAudienceId].includes(which));
  const [lookalike] = meant;
  if (lookalike === undefined) throw new MusterError('LOOKALIKE_UNKNOWN', `“${which}”`);
  if (meant.length > 1) {
    const ids = meant.map(({ metaAudienceId }) => metaAudienceId).join(', ');
    throw new MusterError('LOOKALIKE_UNKNOWN', `“${which}” is the name of several: ${ids}`);
  }
  const audience = await findAudience(muster.store, seedName);
  const client = await clientOf(muster, audience);
  await deleteUntilGone(muster, client, lookalike.metaAudienceId, () => Promise.resolve());
  for (const { id, metaAudienceId } of await lookalikesOf(muster.store, audience.id)) {
    if (metaAudienceId === lookalike.metaAudienceId) await forgetLookalike(muster.store, id);
  }
  return lookalike;
}

/** A deactivated audience may have lookalikes still. */
async function seedOf(db: Db, { id: audienceId, name }: Audience): Promise<LookalikeSeed> {
  const link = (await activeLink(db, audienceId)) ?? (await lastLink(db, audienceId));
  if (link === null) throw new MusterError('AUDIENCE_NOT_LINKED', `“${name}”`);
  const { adAccount, metaAudienceId: seedMetaAudienceId } = link;
  return { audienceId, adAccount, seedMetaAudienceId };
}

async function isThere(client: OpenClient, audienceId: string): Promise<boolean> {
  const answer = await client.meta.readAudience({ account: client.adAccount, audienceId });
  if (answer.outcome === 'clean') return true;
  if (await isGone(client, audienceId, answer.problem)) return false;
  throw problemError(answer.problem);
}

function isRefusal(error: unknown): boolean {
  const problem = error instanceof MusterError ? (error.cause as Problem | undefined) : undefined;
  return problem?.executed === 'no';
}

function describe(found: MetaAudience, { valueBased }: Audience): Lookalike {
  const { sizeLowest, sizeHighest, operationStatus } = found;
  return {
    metaAudienceId: found.id,
    name: found.name ?? '',
    countries: found.lookalike?.countries ?? [],
    ratio: found.lookalike?.ratio ?? null,
    byValue: valueBased,
    size: describeSize({ found: true, sizeLowest, sizeHighest }),
    sizeLowest,
    sizeHighest,
    operationStatus,
    status: conditionOf(found)?.words ?? 'Ready.',
  };
}
