import { type AllNode, allKind } from './all.ts';
import { type AnyNode, anyKind } from './any.ts';
import { type AudienceMemberNode, audienceMemberKind } from './audience-member.ts';
import { consent, type ConsentNode } from './consent.ts';
import { event, type EventNode } from './event.ts';
import { group, type GroupNode } from './group.ts';
import type { NodeKind } from './node.ts';
import { type NotNode, notKind } from './not.ts';
import { sample, type SampleNode } from './sample.ts';
import { type SelectionNode, selectionKind } from './selection.ts';
import { trait, type TraitNode } from './trait.ts';

/** A rule, or a part of one, in the shape of its JSON (contract.md "A rule"). */
export type RuleNode =
  | AllNode<RuleNode>
  | AnyNode<RuleNode>
  | NotNode<RuleNode>
  | SelectionNode<RuleNode>
  | TraitNode
  | EventNode
  | GroupNode
  | AudienceMemberNode<'member_of'>
  | AudienceMemberNode<'synchronized_in'>
  | AudienceMemberNode<'not_synchronized_in'>
  | ConsentNode
  | SampleNode;

/** Every kind of node under the key that its JSON is known by. */
export interface Nodes {
  readonly all: AllNode<RuleNode>;
  readonly any: AnyNode<RuleNode>;
  readonly not: NotNode<RuleNode>;
  readonly include: SelectionNode<RuleNode>;
  readonly trait: TraitNode;
  readonly event: EventNode;
  readonly group: GroupNode;
  readonly member_of: AudienceMemberNode<'member_of'>;
  readonly synchronized_in: AudienceMemberNode<'synchronized_in'>;
  readonly not_synchronized_in: AudienceMemberNode<'not_synchronized_in'>;
  readonly consent: ConsentNode;
  readonly sample: SampleNode;
}

export type NodeKey = keyof Nodes;

/** The one table: a kind is not a kind before all its parts exist. */
const kinds: { readonly [K in NodeKey]: NodeKind<Nodes[K], RuleNode> } = {
  all: allKind(),
  any: anyKind(),
  not: notKind(),
  include: selectionKind(),
  trait,
  event,
  group,
  member_of: audienceMemberKind('member_of'),
  synchronized_in: audienceMemberKind('synchronized_in'),
  not_synchronized_in: audienceMemberKind('not_synchronized_in'),
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
