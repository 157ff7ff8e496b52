import { type AllNode, allKind } from './all.ts';
import { type AnyNode, anyKind } from './any.ts';
import { consent, type ConsentNode } from './consent.ts';
import type { NodeKind } from './node.ts';
import { type NotNode, notKind } from './not.ts';
import { sample, type SampleNode } from './sample.ts';
import { trait, type TraitNode } from './trait.ts';

/** A rule, or a part of one, in the shape of its JSON (contract.md "A rule"). */
export type RuleNode =
  | AllNode<RuleNode>
  | AnyNode<RuleNode>
  | NotNode<RuleNode>
  | TraitNode
  | ConsentNode
  | SampleNode;

/** Every kind of node under the key that its JSON is known by. */
interface Nodes {
  readonly all: AllNode<RuleNode>;
  readonly any: AnyNode<RuleNode>;
  readonly not: NotNode<RuleNode>;
  readonly trait: TraitNode;
  readonly consent: ConsentNode;
  readonly sample: SampleNode;
}

export type NodeKey = keyof Nodes;

/** The one table: a kind is not a kind before all its parts exist. */
const kinds: { readonly [K in NodeKey]: NodeKind<Nodes[K], RuleNode> } = {
  all: allKind(),
  any: anyKind(),
  not: notKind(),
  trait,
  consent,
  sample,
};

export const nodeKeys = Object.keys(kinds) as readonly NodeKey[];

/** A kind with its node's type forgotten: only ever given nodes of its own making. */
export function kindOf(key: NodeKey): NodeKind<RuleNode, RuleNode> {
  return kinds[key];
}

export function kindOfNode(node: Nodes[NodeKey]): NodeKind<RuleNode, RuleNode> {
  for (const key of nodeKeys) if (key in node) return kindOf(key);
  throw new Error('Broken invariant: a node has the key of its kind');
}
