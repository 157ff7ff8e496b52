import { externalIdOfAnonymous } from '#domain/anonymous.ts';
import { must } from '#domain/errors/assert.ts';
import type { Tx } from '#store/db.ts';
import { readIdentitiesOf } from '#store/identities.ts';
import type { IdSupply } from '#store/id-supply.ts';
import { lookUpProfiles } from '#store/profiles.ts';
import { type Identity, type IdentityGraph, type Lead, linkAt } from './identity-graph.ts';
import { followLinks } from './load-graph.ts';

/** The profile that an id stands for in the end. */
export interface Place {
  readonly profileId: number;
  readonly externalId: string;
  /** Since when the id is known to be that person's, in ms; null: the person goes by it. */
  readonly linkedMs: number | null;
}

/** Where every identity of a graph belongs now. */
export interface Settled {
  placeOf(identity: Identity): Place;
  /** Ids whose profile is another one than before. */
  readonly moved: readonly Identity[];
  /** Profiles that are new, or have a new external id. */
  readonly renamed: ReadonlySet<number>;
  /** Profiles that turned out to be somebody else, and whose. */
  readonly gone: ReadonlyMap<number, Place>;
}

/** Finds the profile of every identity; loads the other ids of everybody about whom something changes. */
export async function settle(
  tx: Tx,
  databaseId: number,
  profileIds: IdSupply,
  graph: IdentityGraph,
): Promise<Settled> {
  await loadConcerned(tx, databaseId, graph);
  const leads = new Map(graph.all.map((one) => [one, graph.leadOf(one, 'now')]));
  const leaving = graph.all.filter((one) => wasRoot(graph, one) && leads.get(one)?.root !== one);
  const roots = new Set([...leads.values()].map(({ root }) => root));
  const homes = new Map<Identity, number>();
  const homeless: Identity[] = [];
  for (const root of roots) {
    if (root.stored !== null && wasRoot(graph, root)) homes.set(root, root.stored.profileId);
    else homeless.push(root);
  }
  const heirs = heirsOf(leaving, leads);
  const known = await lookUpProfiles(tx, databaseId, homeless.map(externalIdOf));
  await profileIds.reserve(tx, homeless.length);
  const renamed = new Set<number>();
  for (const [i, root] of homeless.entries()) {
    const id = known[i]?.id ?? heirs.get(root) ?? profileIds.next();
    if (known[i] === undefined) renamed.add(id);
    homes.set(root, id);
  }
  const placeOf = (identity: Identity): Place => {
    const { root, linkedMs } = must(leads.get(identity), 'every identity leads somewhere');
    const profileId = must(homes.get(root), 'every root has a profile');
    return { profileId, externalId: externalIdOf(root), linkedMs };
  };
  const homeIds = new Set(homes.values());
  const gone = new Map(
    leaving
      .map((one) => [one.stored?.profileId ?? 0, placeOf(one)] as const)
      .filter(([profileId]) => !homeIds.has(profileId)),
  );
  const moved = graph.all.filter(
    (one) => one.stored !== null && one.stored.profileId !== placeOf(one).profileId,
  );
  return { placeOf, moved, renamed, gone };
}

/** Loads the other ids of everybody whose facts or ids change: a person is what all of them say. */
async function loadConcerned(tx: Tx, databaseId: number, graph: IdentityGraph): Promise<void> {
  // Whoever leads to a user id that leads elsewhere now moves along; nobody leads to an anonymous id.
  const relinked = graph.all.filter((one) => one.kind === 'user' && isRelinked(one));
  for (const one of await readIdentitiesOf(tx, databaseId, profileIdsOf(relinked), 'all')) {
    graph.addStored(one);
  }
  await followLinks(tx, databaseId, graph);
  const concerned = graph.all.filter(
    (one) => one.factsChanged || (one.facts.size > 0 && isLedElsewhere(graph, one)),
  );
  const around = profileIdsOf(concerned.flatMap((one) => [one, graph.leadOf(one, 'now').root]));
  for (const one of await readIdentitiesOf(tx, databaseId, around, 'with facts')) {
    graph.addStored(one);
  }
  await followLinks(tx, databaseId, graph);
}

/**
 * It leads to somebody else now, or is known to since another moment: what consent was said before
 * and after the ids came together hangs on that.
 */
export function isLedElsewhere(graph: IdentityGraph, one: Identity): boolean {
  const [before, now] = [graph.leadOf(one, 'before'), graph.leadOf(one, 'now')];
  return before.root !== now.root || before.linkedMs !== now.linkedMs;
}

/** The call that said whose it is, is another one now. */
export function isRelinked(one: Identity): boolean {
  const [before, now] = [linkAt(one, 'before'), linkAt(one, 'now')];
  return before?.to !== now?.to || before?.atMs !== now?.atMs || before?.by !== now?.by;
}

function profileIdsOf(identities: readonly Identity[]): number[] {
  return [
    ...new Set(identities.flatMap(({ stored }) => (stored === null ? [] : stored.profileId))),
  ];
}

function wasRoot(graph: IdentityGraph, one: Identity): boolean {
  return one.stored !== null && graph.leadOf(one, 'before').root === one;
}

/**
 * The profile of somebody who turns out to be a new person goes on as theirs, with its place in
 * audiences; of several the oldest.
 */
function heirsOf(
  leaving: readonly Identity[],
  leads: ReadonlyMap<Identity, Lead>,
): Map<Identity, number> {
  const heirs = new Map<Identity, number>();
  for (const one of leaving) {
    const root = leads.get(one)?.root;
    if (root === undefined || one.stored === null) continue;
    heirs.set(root, Math.min(heirs.get(root) ?? Infinity, one.stored.profileId));
  }
  return heirs;
}

function externalIdOf({ kind, name }: Identity): string {
  return kind === 'user' ? name : externalIdOfAnonymous(name);
}
