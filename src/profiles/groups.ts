import type { Tx } from '#store/db.ts';
import {
  joinGroups,
  type NewGroupMember,
  readGroups,
  type StoredGroup,
  writeGroups,
} from '#store/groups.ts';
import { saidGroups, settleSaidMembers } from '#store/staged-groups.ts';
import type { Call } from '#ingest/call.ts';
import { addFacts, type Fact, type Facts, factsOf, storedFacts } from './facts.ts';

/** What a group call says of its group. */
export interface GroupSpeech {
  readonly groupId: string;
  readonly facts: Facts;
}

/** Null: it is no group call. */
export function groupOfCall(
  { type, properties = {} }: Call,
  said: { readonly atMs: number; readonly by: string },
): GroupSpeech | null {
  const { groupId, ...traits } = properties;
  if (type !== 'group' || typeof groupId !== 'string') return null;
  const facts = Object.entries(traits).map(([name, value]): [string, Fact] => [
    name,
    [value === '' ? null : value, said.atMs, said.by],
  ]);
  return { groupId, facts: new Map(facts) };
}

/** Brings groups to what was said of them, in whatever order it arrived, and takes people into them. */
export async function receiveGroups(
  tx: Tx,
  databaseId: number,
  speeches: readonly GroupSpeech[],
  members: readonly NewGroupMember[],
): Promise<void> {
  if (speeches.length === 0) return;
  const groupIds = [...new Set(speeches.map(({ groupId }) => groupId))];
  const stored = await readGroups(tx, databaseId, groupIds);
  const known = new Map(stored.map(({ groupId, facts }) => [groupId, factsOf(facts)]));
  const changed = new Map<string, Facts>();
  for (const { groupId, facts } of speeches) {
    const held = known.get(groupId) ?? changed.get(groupId) ?? new Map<string, Fact>();
    const isNew = !known.has(groupId) && !changed.has(groupId);
    if (addFacts(held, facts) || isNew) changed.set(groupId, held);
  }
  await writeGroups(
    tx,
    databaseId,
    [...changed].map(([groupId, facts]) => written(groupId, facts)),
  );
  await joinGroups(tx, databaseId, members);
}

/** Makes what an import staged of groups visible; a newer word of a call holds all the same. */
export async function receiveStagedGroups(
  tx: Tx,
  databaseId: number,
  importId: number,
  atMs: number,
): Promise<void> {
  for await (const page of saidGroups(tx, importId)) {
    const speeches = page.map(({ groupId, traits }) => {
      const { groupId: _, ...about } = traits;
      const facts = Object.entries(about).map(([name, value]): [string, Fact] => [
        name,
        [value, atMs, `import ${importId}`],
      ]);
      return { groupId, facts: new Map(facts) };
    });
    await receiveGroups(tx, databaseId, speeches, []);
  }
  await settleSaidMembers(tx, databaseId, importId);
}

function written(groupId: string, facts: Facts): StoredGroup & { traits: object } {
  const traits: Record<string, unknown> = {};
  for (const [name, [value]] of facts) if (value !== null) traits[name] = value;
  return { groupId, facts: storedFacts(facts) ?? {}, traits: { ...traits, groupId } };
}
