import { createHash } from 'node:crypto';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Problem } from '#meta/problems.ts';
import type { CustomerFileSource } from '#meta/wire.ts';
import {
  type Audience,
  beginCreation,
  findAudience,
  markActivated,
  noteOptOutRefused,
} from '#store/audiences.ts';
import { readSchedule, setNextRun } from '#store/audience-schedules.ts';
import { nextRunAfter } from '#schedules/next-run.ts';
import { requestRun } from '#store/run-queue.ts';
import { type Db, one, type Tx } from '#store/db.ts';
import { anchoredOf } from './anchored.ts';
import { clientOf } from './client-of.ts';
import { reopen } from '#store/lifecycle.ts';
import { activeLink, createLink, lastLink, type Link } from '#store/links.ts';
import { makeOnce } from './make-once.ts';
import type { Muster, OpenClient } from './muster.ts';

/** Makes the Meta audience if none is linked, sets *Activated on* and plans the first run. */
export async function activateAudience(
  muster: Muster,
  name: string,
): Promise<{
  audience: string;
  metaAudienceId: string;
  activatedAt: string;
  /** Null: there is no planned run. */
  nextRunAt: string | null;
}> {
  const found = await findAudience(muster.store, name);
  const client = await clientOf(muster, found);
  if (found.state === 'deactivated' || found.emptying) {
    await muster.store.tx((tx) => relinkFormer(tx, found));
  }
  const audience = await findAudience(muster.store, name);
  const link = await ensureLink(muster, client, audience);
  await activate(muster.store, audience.id);
  const active = await findAudience(muster.store, name);
  return {
    audience: name,
    metaAudienceId: link.metaAudienceId,
    activatedAt: must(active.activatedAt, 'an activated audience says when').toISOString(),
    nextRunAt: active.nextRunAt?.toISOString() ?? null,
  };
}

/**
 * Takes a deactivation back, or stops one. It is linked to its Meta audience again, if that is still
 * there and free; everybody is looked at anew, and who is at Meta is said again or removed.
 * @throws MusterError META_AUDIENCE_LINKED when it was linked elsewhere meanwhile
 */
export async function relinkFormer(
  tx: Tx,
  { id: audienceId, databaseId }: Audience,
): Promise<void> {
  await reopen(tx, audienceId);
  const link = await lastLink(tx, audienceId);
  if (link === null) return;
  const { adAccount, metaAudienceId } = link;
  await createLink(tx, { audienceId, databaseId, adAccount, metaAudienceId });
}

/** Sets *Activated on*, once, and with it the moments of the planned runs. */
export async function activate(db: Db, audienceId: number): Promise<void> {
  if (!(await markActivated(db, audienceId))) return;
  const stored = await readSchedule(db, audienceId);
  const { schedule, anchored } = anchoredOf(stored);
  await setNextRun(db, audienceId, nextRunAfter(anchored, stored.now));
  // features.md §3.3-29: the first run of an interval is now.
  if (schedule.kind === 'interval') await requestRun(db, { audienceId, trigger: 'schedule' });
}

/** The link of an audience; without one, a Meta audience is made for it. */
export async function ensureLink(
  muster: Muster,
  client: OpenClient,
  audience: Audience,
): Promise<Link> {
  const link = await activeLink(muster.store, audience.id);
  if (link !== null) return link;
  const made = {
    audienceId: audience.id,
    databaseId: audience.databaseId,
    adAccount: client.adAccount,
    metaAudienceId: await makeMetaAudience(muster, client, audience),
  };
  return await muster.store.tx((tx) => createLink(tx, made));
}

/** The wish is written down first: see makeOnce. */
async function makeMetaAudience(
  muster: Muster,
  client: OpenClient,
  audience: Audience,
): Promise<string> {
  const mark = await markOf(muster, audience);
  const look = await beginCreation(muster.store, audience.id);
  const wish = {
    account: client.adAccount,
    name: await nameAtMeta(client, audience, mark),
    description: describeAtMeta(audience, mark),
    customerFileSource: audience.customerFileSource as CustomerFileSource,
    isValueBased: audience.valueBased,
  };
  const { optOutLink } = audience;
  if (optOutLink === null) {
    return await makeOnce(muster, client, {
      mark,
      look,
      ask: () => client.meta.createAudience(wish),
    });
  }
  const ask = () => client.meta.createAudience({ ...wish, optOutLink });
  try {
    return await makeOnce(muster, client, { mark, look, ask });
  } catch (error) {
    // Rather an audience without the address than none (features.md §9 Q-23); it is shown.
    if (meaningOf(error) !== 'parameter refused') throw error;
    const made = await makeOnce(muster, client, {
      ...{ mark, look: true },
      ask: () => client.meta.createAudience(wish),
    });
    await noteOptOutRefused(muster.store, audience.id);
    return made;
  }
}

function meaningOf(error: unknown): string | undefined {
  const problem = error instanceof MusterError ? (error.cause as Problem | undefined) : undefined;
  return problem?.meaning;
}

/** As connectors call it, with something of its own behind it only where the name is taken. */
async function nameAtMeta(
  { meta, adAccount }: OpenClient,
  { name, connector }: Audience,
  mark: string,
): Promise<string> {
  if (!connector) return name;
  const plain = `CA_${name}`;
  for await (const found of meta.findAudiences(adAccount)) {
    if (found.name !== plain || found.description?.includes(mark) === true) continue;
    const digits = createHash('sha256').update(mark).digest('hex').slice(0, 8).toUpperCase();
    return `${plain} - ${digits}`;
  }
  return plain;
}

/** What people wrote, and the mark by which an audience of ours is known. */
export function describeAtMeta(
  { description, way, eventKey }: Pick<Audience, 'description' | 'way' | 'eventKey'>,
  mark: string,
): string {
  const filled = way === 'events' ? `Filled by calls with the property ${eventKey}. ` : '';
  const words = description === '' ? filled : `${description.trim()} · `;
  return `${words}Kept by Muster (${mark})`;
}

async function markOf({ store }: Muster, audience: Audience): Promise<string> {
  const { id, links } = await one<{ id: string; links: number }>(
    store,
    `select id::text, (select count(*) from link where audience_id = $1) as links from installation`,
    [audience.id],
  );
  return `${id.slice(0, 8)}-${audience.id}-${links + 1}`;
}
