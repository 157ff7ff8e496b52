import { MusterError } from '#domain/errors/muster-error.ts';
import type { CellTest, Compiling, NodeKind } from './node.ts';
import type { Operator } from './operator.ts';
import { isOperatorName, type OperatorName, operators, type OperatorValues } from './operators.ts';
import { invalid, placed, under } from './problem.ts';
import { checkText, spokenName } from './scalars.ts';

type LeafKey = 'trait' | 'property' | 'group';

/** A question about one value that has a name: a trait of a person or a group, a property of an event. */
export type LeafNode<Key extends LeafKey> = {
  readonly [K in Key]: string;
} & {
  readonly op: OperatorName;
  /** Absent for exists and missing. */
  readonly value?: OperatorValues[OperatorName];
};

/** Where the values of a name are found: what Compiling offers, unless they are elsewhere. */
export type LeafValues = Pick<Compiling, 'param' | 'anyValue' | 'earliest'>;

/**
 * @param valuesIn where the values are
 * @param owner in words, in front of the name; nothing: the person
 */
export function leafKind<Key extends LeafKey>(
  key: Key,
  valuesIn: (scope: Compiling) => LeafValues = (scope) => scope,
  owner = '',
): NodeKind<LeafNode<Key>, never> {
  return {
    keys: [key, 'op', 'value'],

    check(json, path) {
      const name = checkText(json[key], under(path, key));
      const op = json['op'];
      if (typeof op !== 'string') {
        throw invalid(under(path, 'op'), 'an operator such as "equals"', op);
      }
      if (!isOperatorName(op)) {
        throw new MusterError(
          'RULE_OPERATOR_UNKNOWN',
          `${placed(under(path, 'op'))}: ${namesOf()}`,
        );
      }
      const value = operatorOf(op).check(json['value'], under(path, 'value'));
      const asked = value === undefined ? { op } : { op, value };
      return { [key]: name, ...asked } as LeafNode<Key>;
    },

    children: () => [],
    reach: ({ op }) => (operators[op].reach === 'time' ? ['time'] : []),

    until(node, scope) {
      const { flips } = operatorOf(node.op);
      if (flips === undefined) return null;
      const { param, earliest } = valuesIn(scope);
      return earliest(node[key], (cell) => flips(node.value, cell, param));
    },

    compile(node, _, scope) {
      const { param, anyValue } = valuesIn(scope);
      return operatorOf(node.op).compile(node.value, {
        param,
        anyValue: (test: CellTest) => anyValue(node[key], test),
      });
    },

    explain(node) {
      const { yes, no } = operatorOf(node.op).explain(node.value);
      const whose = `whose ${owner}${spokenName(node[key])}`;
      return {
        yes: { text: `${whose} ${yes}`, joined: false },
        no: { text: `${whose} ${no}`, joined: false },
      };
    },

    line: (node) =>
      `${owner}${spokenName(node[key])} ${operatorOf(node.op).explain(node.value).yes}`,
  };
}

/** The operator with its value's type forgotten: check made the value, so the two belong together. */
function operatorOf(op: OperatorName): Operator<OperatorValues[OperatorName]> {
  return operators[op];
}

function namesOf(): string {
  return `the operators are ${Object.keys(operators).join(', ')}`;
}
