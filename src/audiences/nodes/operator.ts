import type { AddParam, CellTest } from './node.ts';

/** One operator of a trait leaf: what it takes, what it asks, and how that is said. */
export interface Operator<Value> {
  /** The value as the node keeps it, or RULE_INVALID at `path`; undefined when there is none. */
  check(json: unknown, path: string): Value;
  /** Whether the clock alone can change the answer. */
  readonly reach: 'self' | 'time';
  /** Timestamps in UTC, as an SQL array, at which the clock may change the answer for a cell. */
  flips?(value: Value, cell: string, param: AddParam): string;
  /** A boolean expression over the values that a person has for the trait; never NULL. */
  compile(value: Value, scope: LeafScope): string;
  /** What follows "whose plan", and its opposite. */
  explain(value: Value): { readonly yes: string; readonly no: string };
}

/** Compiling, seen from one trait. */
export interface LeafScope {
  readonly param: AddParam;
  anyValue(test: CellTest): string;
}

/** What a value can be compared with. */
export type Scalar = string | number | boolean;
