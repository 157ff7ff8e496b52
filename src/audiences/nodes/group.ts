import { type LeafNode, type LeafValues, leafKind } from './_leaf.ts';
import { anyCell, everyCell, firstFlip } from './cells.ts';
import type { Compiling, NodeKind } from './node.ts';

/** A question about one trait of the groups that the person is in: one of them answers it for all. */
export type GroupNode = LeafNode<'group'>;

const theirGroups =
  `from group_member gm join people_group g on g.id = gm.group_id` +
  ` where gm.database_id = p.database_id and gm.profile_id = p.id`;

function valuesOfGroups({ param }: Compiling): LeafValues {
  return {
    param,
    anyValue: (name, test) =>
      `exists (select ${theirGroups} and ${anyCell('g.traits', param(name, 'text'), test)})`,
    earliest: (name, candidates) =>
      firstFlip(
        `(select ${everyCell('g.traits', param(name, 'text'))} as v ${theirGroups}) as value`,
        candidates,
      ),
  };
}

const leaf = leafKind('group', valuesOfGroups, "group's ");

export const group: NodeKind<GroupNode, never> = {
  ...leaf,
  reach: (node) => ['groups', ...leaf.reach(node)],
  seen: (node, { param }) =>
    `(select jsonb_agg(g.traits -> ${param(node.group, 'text')} order by g.external_id)` +
    ` ${theirGroups} and g.traits ? ${param(node.group, 'text')})`,
};
