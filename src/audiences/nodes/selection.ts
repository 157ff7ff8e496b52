import { must } from '#domain/errors/assert.ts';
import { checkLimit, compileLimit, type Limit, spokenLimit } from './limit.ts';
import type { Clause, NodeKind } from './node.ts';
import { invalid, under } from './problem.ts';

/** Whoever is included and not excluded; turned round, and cut to a number, if it says so. */
export interface SelectionNode<Child> {
  readonly include: Child;
  readonly exclude?: Child;
  readonly invert?: boolean;
  readonly limit?: Limit;
}

export function selectionKind<Child>(): NodeKind<SelectionNode<Child>, Child> {
  return {
    keys: ['include', 'exclude', 'invert', 'limit'],

    check(json, path, checkChild) {
      const { include, exclude, invert, limit } = json;
      if (invert !== undefined && typeof invert !== 'boolean') {
        throw invalid(under(path, 'invert'), 'true or false', invert);
      }
      const at = (key: string): string => under(path, key);
      return {
        include: checkChild(include, at('include')),
        ...(exclude === undefined ? {} : { exclude: checkChild(exclude, at('exclude')) }),
        ...(invert === undefined ? {} : { invert }),
        ...(limit === undefined ? {} : { limit: checkLimit(limit, at('limit')) }),
      };
    },

    children: ({ include, exclude }) => (exclude === undefined ? [include] : [include, exclude]),
    reach: ({ limit }) => (limit === undefined ? [] : ['set']),

    compile({ invert, limit }, [include, exclude], scope) {
      const included = must(include, 'a selection includes somebody');
      const both = exclude === undefined ? included : `(${included} and not ${exclude})`;
      const found = invert === true ? `not ${both}` : both;
      return limit === undefined ? found : compileLimit(limit, found, scope);
    },

    explain({ invert, limit }, [include, exclude]) {
      const { yes, no } = must(include, 'a selection includes somebody');
      const but = exclude === undefined ? '' : `, but not people ${bracketed(exclude.yes)}`;
      const found: Clause =
        exclude === undefined
          ? invert === true
            ? no
            : yes
          : {
              text: `${invert === true ? 'who are not among those ' : ''}${bracketed(yes)}${but}`,
              joined: true,
            };
      const text = limit === undefined ? found.text : `${bracketed(found)}, ${spokenLimit(limit)}`;
      return {
        yes: { text, joined: found.joined || limit !== undefined },
        no: { text: `who are not among those ${text}`, joined: true },
      };
    },

    line({ exclude, invert, limit }) {
      const what = exclude === undefined ? 'include' : 'include the first, exclude the second';
      const parts = [what, ...(invert === true ? ['turned round'] : [])];
      return [...parts, ...(limit === undefined ? [] : [spokenLimit(limit)])].join(', ');
    },
  };
}

function bracketed({ text, joined }: Clause): string {
  return joined ? `(${text})` : text;
}
