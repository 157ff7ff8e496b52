import { must } from '#domain/errors/assert.ts';
import type { NodeKey, Nodes } from '../nodes/kinds.ts';
import { nodeKeys } from '../nodes/kinds.ts';
import type { Phrase } from '../nodes/node.ts';
import { shown } from '../nodes/scalars.ts';
import type { Rule } from '../rule.ts';
import { eventLine, eventPhrase } from './event.ts';
import { joinPhrases } from './group.ts';
import { leafLine, leafPhrase } from './leaf.ts';
import { selectionLine, selectionPhrase } from './selection.ts';
import { number } from './values.ts';

/** What a kind of node says in German: in a sentence behind "Personen, ", and where the tree is drawn. */
export interface GermanKind<Node> {
  explain(node: Node, children: readonly Phrase[]): Phrase;
  line(node: Node): string;
}

const answers = { yes: 'ja', no: 'nein', unknown: 'unbekannt' } as const;

const ofGroup = 'Gruppen-Merkmal ';

/** The one table: a kind of node has German words before it exists. */
const kinds: { readonly [K in NodeKey]: GermanKind<Nodes[K]> } = {
  all: {
    explain: (_, children) => joinPhrases(children, 'conjunction'),
    line: () => 'alles davon',
  },
  any: {
    explain: (_, children) => joinPhrases(children, 'disjunction'),
    line: () => 'mindestens eines davon',
  },
  not: {
    explain(_, [child]) {
      const { yes, no } = must(child, 'not has a child');
      return { yes: no, no: yes };
    },
    line: () => 'nicht',
  },
  include: { explain: selectionPhrase, line: selectionLine },
  trait: {
    explain: (node) => leafPhrase(node.trait, node),
    line: (node) => leafLine(node.trait, node),
  },
  group: {
    explain: (node) => leafPhrase(node.group, node, ofGroup),
    line: (node) => leafLine(node.group, node, ofGroup),
  },
  event: { explain: eventPhrase, line: eventLine },
  member_of: {
    explain: ({ member_of: name }) => oneClause(`in ${shown(name)} sind`),
    line: ({ member_of: name }) => `in ${shown(name)}`,
  },
  synchronized_in: {
    explain: ({ synchronized_in: name }) => oneClause(`synchronisiert in ${shown(name)} sind`),
    line: ({ synchronized_in: name }) => `synchronisiert in ${shown(name)}`,
  },
  not_synchronized_in: {
    explain: ({ not_synchronized_in: name }) => ({
      yes: { text: `die in ${shown(name)} sind, aber dort nicht synchronisiert`, joined: false },
      no: { text: `die nicht in ${shown(name)} oder dort synchronisiert sind`, joined: false },
    }),
    line: ({ not_synchronized_in: name }) => `in ${shown(name)}, aber dort nicht synchronisiert`,
  },
  consent: {
    explain: ({ consent }) => ({
      yes: { text: `deren Einwilligung ${answers[consent]} ist`, joined: false },
      no: { text: `deren Einwilligung nicht ${answers[consent]} ist`, joined: false },
    }),
    line: ({ consent }) => `Einwilligung ist ${answers[consent]}`,
  },
  sample: {
    explain: ({ sample: { percent, seed } }) =>
      oneClause(`zu den ${number(percent)} % gehören, die ${shown(seed)} zieht`),
    line: ({ sample: { percent, seed } }) =>
      `unter den ${number(percent)} %, die ${shown(seed)} zieht`,
  },
};

/** What follows "die", and its opposite. */
function oneClause(said: string): Phrase {
  return {
    yes: { text: `die ${said}`, joined: false },
    no: { text: `die nicht ${said}`, joined: false },
  };
}

export function germanKindOf(node: Rule): GermanKind<Rule> {
  for (const key of nodeKeys) if (key in node) return kindOf(key);
  throw new Error('Broken invariant: a node has the key of its kind');
}

/** A kind with its node's type forgotten: only ever given nodes of its own. */
function kindOf(key: NodeKey): GermanKind<Rule> {
  return kinds[key];
}
