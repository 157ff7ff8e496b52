import { hash } from 'node:crypto';
import { must } from '#domain/errors/assert.ts';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import type { Call } from '#ingest/call.ts';
import type { Tx } from '#store/db.ts';
import { addEvents, moveEvents, type NewEvent } from '#store/events.ts';
import { moveGroups } from '#store/groups.ts';
import { writeIdentities } from '#store/identities.ts';
import type { IdSupply } from '#store/id-supply.ts';
import { deleteProfiles } from '#store/profiles.ts';
import { carrySaidGroups } from '#store/staged-groups.ts';
import { carryOptOuts, optedOutAmong, writeReceivedProfiles } from '#store/received-profiles.ts';
import { markSeen } from '#store/seen-messages.ts';
import { carryWays } from '#store/walks.ts';
import { addTraits, type NewTrait } from '#store/traits.ts';
import { factsOfCall } from './call-facts.ts';
import { addFacts, storedFacts } from './facts.ts';
import { groupOfCall, type GroupSpeech, receiveGroups } from './groups.ts';
import type { Identity, IdentityGraph } from './identity-graph.ts';
import { changeProfiles, type ProfileChange } from './change-profiles.ts';
import { loadGraph } from './load-graph.ts';
import type { MatchRows } from './match-rows.ts';
import { isRelinked, type Settled, settle } from './settle.ts';

/** A call and when it happened and came in, in ms by our clock. */
export interface TimedCall {
  readonly call: Call;
  readonly atMs: number;
  readonly receivedMs: number;
}

/** What came of calls: what people did, and what is known of them now. */
export interface Received {
  readonly events: readonly NewEvent[];
  readonly changes: readonly ProfileChange[];
}

/** What is kept from one batch of calls to the next. */
export interface Receiving {
  readonly makeMatchRows: (raw: RawIdentifiers) => MatchRows;
  readonly profileIds: IdSupply;
  readonly identityIds: IdSupply;
  readonly matchRowIds: IdSupply;
}

/**
 * Makes calls part of profiles, inside one transaction whose caller holds the lock on the profiles
 * of the database. Each message has one effect; the result does not depend on the order of the calls.
 */
export async function receiveCalls(
  tx: Tx,
  databaseId: number,
  receiving: Receiving,
  calls: readonly TimedCall[],
  eventKeys: ReadonlySet<string>,
): Promise<Received> {
  const fresh = await withoutSeen(tx, databaseId, calls);
  if (fresh.length === 0) return { events: [], changes: [] };
  const graph = await loadGraph(
    tx,
    databaseId,
    fresh.map(({ call }) => call),
  );
  const heard = hear(graph, fresh, eventKeys);
  const settled = await settle(tx, databaseId, receiving.profileIds, graph);
  const changed = await changeProfiles(tx, databaseId, receiving, graph, settled);
  const { profiles, matchRows, changes } = changed;
  const idOf = await writeChangedIdentities(tx, databaseId, receiving, graph, settled);
  const moves = settled.moved.map((one) => ({
    identityId: idOf(one),
    from: one.stored?.profileId ?? 0,
    to: settled.placeOf(one).profileId,
  }));
  await moveEvents(tx, databaseId, moves);
  await moveGroups(tx, databaseId, moves);
  // First those that are somebody else now: their external id may go on with another profile.
  const optedOut = await optedOutAmong(tx, databaseId, [...settled.gone.keys()]);
  const becomes = [...settled.gone].map(([from, { profileId: to }]) => ({ from, to }));
  await carryWays(tx, becomes);
  await carrySaidGroups(tx, databaseId, becomes);
  await deleteProfiles(tx, databaseId, [...settled.gone.keys()]);
  await writeReceivedProfiles(tx, databaseId, 'calls', profiles, matchRows);
  await carryOptOuts(
    tx,
    databaseId,
    optedOut.flatMap((id) => settled.gone.get(id)?.profileId ?? []),
  );
  const whoIs = (speaker: Identity) => ({
    profileId: settled.placeOf(speaker).profileId,
    identityId: idOf(speaker),
  });
  const events = heard.events.map(({ speaker, ...event }) => ({ ...event, ...whoIs(speaker) }));
  await addEvents(tx, databaseId, events);
  await receiveGroups(
    tx,
    databaseId,
    heard.groups,
    heard.groups.map(({ speaker, groupId }) => ({ groupId, ...whoIs(speaker) })),
  );
  await addTraits(tx, databaseId, [...heard.traits.values()]);
  return { events, changes };
}

interface MarkedCall extends TimedCall {
  /** The message id, short: decides between calls of one time. */
  readonly by: string;
}

async function withoutSeen(
  tx: Tx,
  databaseId: number,
  calls: readonly TimedCall[],
): Promise<MarkedCall[]> {
  const byMessage = new Map<string, TimedCall>();
  for (const timed of calls) {
    const message = hash('sha256', timed.call.messageId, 'hex').slice(0, 32);
    if (!byMessage.has(message)) byMessage.set(message, timed);
  }
  const fresh = await markSeen(tx, databaseId, [...byMessage.keys()]);
  return [...fresh].flatMap((uuid) => {
    const message = uuid.replaceAll('-', '');
    const timed = byMessage.get(message);
    return timed === undefined ? [] : [{ ...timed, by: message.slice(0, 12) }];
  });
}

/** Writes the ids that are new, said something or belong elsewhere; gives the number of each. */
async function writeChangedIdentities(
  tx: Tx,
  databaseId: number,
  { identityIds }: Receiving,
  graph: IdentityGraph,
  { placeOf }: Settled,
): Promise<(identity: Identity) => number> {
  await identityIds.reserve(tx, graph.all.filter(({ stored }) => stored === null).length);
  const ids = new Map(graph.all.map((one) => [one, one.stored?.id ?? identityIds.next()]));
  const idOf = (one: Identity): number => must(ids.get(one), 'every identity has a number');
  const changed = graph.all.filter(
    (one) =>
      one.stored?.profileId !== placeOf(one).profileId || one.factsChanged || isRelinked(one),
  );
  await writeIdentities(
    tx,
    databaseId,
    changed.map((one) => ({
      ...{ id: idOf(one), kind: one.kind, name: one.name, profileId: placeOf(one).profileId },
      ...{ linkedTo: one.link?.to ?? null, linkedMs: one.link?.atMs ?? null },
      ...{ linkedBy: one.link?.by ?? null, facts: storedFacts(one.facts) },
    })),
  );
  return idOf;
}

interface Heard {
  readonly events: readonly (Omit<NewEvent, 'profileId' | 'identityId'> & {
    readonly speaker: Identity;
  })[];
  readonly groups: readonly (GroupSpeech & { readonly speaker: Identity })[];
  readonly traits: ReadonlyMap<string, NewTrait>;
}

/** Notes what each call says, under the id that says it: the user id if there is one. */
function hear(
  graph: IdentityGraph,
  calls: readonly MarkedCall[],
  eventKeys: ReadonlySet<string>,
): Heard {
  const events: Heard['events'][number][] = [];
  const groups: Heard['groups'][number][] = [];
  const traits = new Map<string, NewTrait>();
  for (const { call, atMs, receivedMs, by } of calls) {
    const speaker = speakerOf(graph, call, { atMs, by });
    const said = factsOfCall(call, { atMs, by }, eventKeys);
    if (addFacts(speaker.facts, said.facts)) speaker.factsChanged = true;
    for (const trait of said.traits) {
      traits.set(`${trait.name} ${trait.type} ${trait.isList}`, trait);
    }
    const group = groupOfCall(call, { atMs, by });
    if (group !== null) groups.push({ speaker, ...group });
    if (call.event === undefined) continue;
    const { event: name, messageId, properties = {} } = call;
    events.push({ speaker, name, atMs, receivedMs, messageId, properties });
  }
  return { events, groups, traits };
}

/** Who speaks, and whom the call says to be the same. */
function speakerOf(
  graph: IdentityGraph,
  { userId, anonymousId, previousId }: Call,
  at: { readonly atMs: number; readonly by: string },
): Identity {
  if (userId === undefined) return graph.ensure('anonymous', anonymousId ?? '');
  const speaker = graph.ensure('user', userId);
  const link = { to: userId, ...at };
  if (anonymousId !== undefined) graph.link(graph.ensure('anonymous', anonymousId), link);
  if (previousId !== undefined) {
    // Nobody says whether it was a user id or an anonymous one.
    graph.link(graph.ensure('user', previousId), link);
    graph.link(graph.ensure('anonymous', previousId), link);
  }
  return speaker;
}
