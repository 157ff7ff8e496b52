import { type LeafNode, leafKind } from './_leaf.ts';

/** A question about one property of an event, asked as traits are. */
export type PropertyNode = LeafNode<'property'>;

export const property = leafKind('property');
