import { must } from '#domain/errors/assert.ts';
import type { Answer } from '#meta/answer.ts';
import { problemError } from '#meta/problems.ts';
import type { CustomerFileSource } from '#meta/wire.ts';
import { type Audience, beginCreation, findAudience, markActivated } from '#store/audiences.ts';
import { one } from '#store/db.ts';
import { activeLink, createLink, type Link } from '#store/links.ts';
import type { Muster, OpenClient } from './muster.ts';
import { integrationOf } from './scope.ts';

/** Every hour from *Activated on* (features.md S-01). */
export const PERIOD_MS = 3_600_000;

const CREATE_TRIES_MAX = 4;

/** Makes the Meta audience if none is linked and sets *Activated on*; the first run is a period later. */
export async function activateAudience(
  muster: Muster,
  name: string,
): Promise<{ audience: string; metaAudienceId: string; activatedAt: string; nextRunAt: string }> {
  const audience = await findAudience(muster.store, name);
  const client = await muster.openClient(await integrationOf(muster.store, audience));
  const link = await ensureLink(muster, client, audience);
  await markActivated(muster.store, audience.id, PERIOD_MS);
  const active = await findAudience(muster.store, name);
  return {
    audience: name,
    metaAudienceId: link.metaAudienceId,
    activatedAt: must(active.activatedAt, 'an activated audience says when').toISOString(),
    nextRunAt: must(active.nextRunAt, 'an activated audience has a next run').toISOString(),
  };
}

/** The link of an audience; without one, a Meta audience is made for it. */
export async function ensureLink(
  muster: Muster,
  client: OpenClient,
  audience: Audience,
): Promise<Link> {
  const link = await activeLink(muster.store, audience.id);
  if (link !== null) return link;
  return await createLink(muster.store, {
    audienceId: audience.id,
    databaseId: audience.databaseId,
    adAccount: client.adAccount,
    metaAudienceId: await makeMetaAudience(muster, client, audience),
  });
}

/**
 * Making is not idempotent, so the wish is written down first and carries a mark in its description:
 * whoever finds an unfinished wish looks for the mark before asking again (protocol.md §9).
 */
async function makeMetaAudience(
  muster: Muster,
  { meta, adAccount }: OpenClient,
  audience: Audience,
): Promise<string> {
  const mark = await markOf(muster, audience);
  let look = await beginCreation(muster.store, audience.id);
  for (let attempt = 1; ; attempt++) {
    if (look) {
      for await (const found of meta.findAudiences(adAccount)) {
        if (found.description?.includes(mark) === true) return found.id;
      }
    }
    const answer: Answer<string> = await meta.createAudience({
      account: adAccount,
      name: audience.name,
      description: `Kept by Muster (${mark})`,
      customerFileSource: audience.customerFileSource as CustomerFileSource,
    });
    if (answer.outcome === 'clean') return answer.body;
    if (answer.problem.class !== 'retry' || attempt === CREATE_TRIES_MAX) {
      throw problemError(answer.problem);
    }
    look = answer.outcome === 'uncertain';
    await muster.sleep(500 * 2 ** (attempt - 1));
  }
}

async function markOf({ store }: Muster, audience: Audience): Promise<string> {
  const { id, links } = await one<{ id: string; links: number }>(
    store,
    `select id::text, (select count(*) from link where audience_id = $1) as links from installation`,
    [audience.id],
  );
  return `${id.slice(0, 8)}-${audience.id}-${links + 1}`;
}
