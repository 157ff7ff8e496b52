import type { NodeKind } from './node.ts';
import { invalid, under } from './problem.ts';

const answers = ['yes', 'no', 'unknown'] as const;
type Answer = (typeof answers)[number];

/** What the person answered when asked for consent to marketing. */
export interface ConsentNode {
  readonly consent: Answer;
}

const tests: Readonly<Record<Answer, string>> = {
  yes: 'p.consent is true',
  no: 'p.consent is false',
  unknown: 'p.consent is null',
};

export const consent: NodeKind<ConsentNode, never> = {
  keys: ['consent'],
  check(json, path) {
    const answer = answers.find((one) => one === json['consent']);
    if (answer === undefined) {
      throw invalid(under(path, 'consent'), '"yes", "no" or "unknown"', json['consent']);
    }
    return { consent: answer };
  },
  children: () => [],
  reach: () => [],
  compile: (node) => `(${tests[node.consent]})`,
  seen: () => 'to_jsonb(p.consent)',
  explain: (node) => ({
    yes: { text: `whose consent is ${node.consent}`, joined: false },
    no: { text: `whose consent is not ${node.consent}`, joined: false },
  }),
  line: (node) => `consent is ${node.consent}`,
};
