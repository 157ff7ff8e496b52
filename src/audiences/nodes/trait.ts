import { type LeafNode, leafKind } from './_leaf.ts';
import type { NodeKind } from './node.ts';

/** A question about one trait, named as the header of its column was written. */
export type TraitNode = LeafNode<'trait'>;

export const trait: NodeKind<TraitNode, never> = {
  ...leafKind('trait'),
  seen: (node, { known }) => known(node.trait),
};
