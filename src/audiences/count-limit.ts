import type { Limit } from './nodes/limit.ts';
import type { Rule } from './rule.ts';

/**
 * A rule that ends with a limit finds as many as are found without it, up to the limit: nobody has to
 * be put in order to be counted. People who said no take up no place.
 */
export function withoutLimit(rule: Rule): { readonly limit: Limit | null; readonly rest: Rule } {
  if (!('include' in rule) || rule.limit === undefined) return { limit: null, rest: rule };
  const { limit, ...found } = rule;
  return { limit, rest: { all: [found, { not: { consent: 'no' } }] } };
}

export function limitedCount({ count, percent }: Limit, found: number): number {
  // Shares of whole people: what multiplying adds far behind the point must not make one more.
  return Math.min(found, count ?? Math.ceil((found * (percent ?? 100)) / 100 - 1e-6));
}
