import type { Call } from '#ingest/call.ts';
import type { Tx } from '#store/db.ts';
import { readIdentities } from '#store/identities.ts';
import { IdentityGraph } from './identity-graph.ts';

/** Every identity that the calls name and that is known, with what their links lead to. */
export async function loadGraph(
  tx: Tx,
  databaseId: number,
  calls: readonly Call[],
): Promise<IdentityGraph> {
  const graph = new IdentityGraph();
  const users = new Set<string>();
  const anonymous = new Set<string>();
  for (const { userId, anonymousId, previousId } of calls) {
    if (userId !== undefined) users.add(userId);
    if (anonymousId !== undefined) anonymous.add(anonymousId);
    if (previousId === undefined) continue;
    users.add(previousId);
    anonymous.add(previousId);
  }
  const named = [
    ...[...users].map((name) => ({ kind: 'user', name }) as const),
    ...[...anonymous].map((name) => ({ kind: 'anonymous', name }) as const),
  ];
  for (const stored of await readIdentities(tx, databaseId, named)) graph.addStored(stored);
  await followLinks(tx, databaseId, graph);
  return graph;
}

/** Loads what links lead to, and what that leads to. */
export async function followLinks(tx: Tx, databaseId: number, graph: IdentityGraph): Promise<void> {
  for (let missing = graph.missing(); missing.length > 0; ) {
    const named = missing.map((name) => ({ kind: 'user', name }) as const);
    const found = await readIdentities(tx, databaseId, named);
    for (const stored of found) graph.addStored(stored);
    missing = found.length === 0 ? [] : graph.missing();
  }
}
