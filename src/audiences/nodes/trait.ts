import { type LeafNode, leafKind } from './_leaf.ts';

/** A question about one trait, named as the header of its column was written. */
export type TraitNode = LeafNode<'trait'>;

export const trait = leafKind('trait');
