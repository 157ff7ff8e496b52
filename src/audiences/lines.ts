import { type Known, startCompiling } from './compile.ts';
import { kindOfNode } from './nodes/kinds.ts';
import type { Param } from './nodes/node.ts';
import type { Rule } from './rule.ts';

/** Every line of a rule as a column, each condition worked out once for a person. */
export interface CompiledLines {
  /** What stands behind `from profile p`. */
  readonly joins: string;
  /** Boolean columns, never NULL, in the order in which the rule is drawn; the first is the rule. */
  readonly columns: readonly string[];
  /** Where all conditions have to hold: after each of them, the columns up to it; empty otherwise. */
  readonly steps: readonly (readonly string[])[];
  readonly params: readonly Param[];
  /** How everybody else stands is part of it: a sample would take as long as looking at everybody. */
  readonly asksEverybody: boolean;
}

export function compileLines(rule: Rule, known: Known, firstParam: number): CompiledLines {
  const compiling = startCompiling(known, firstParam);
  const columns: string[] = [];
  const levels: string[][] = [];

  const visit = (node: Rule): { column: string; level: number } => {
    const column = `l${columns.length}`;
    columns.push(column);
    const kind = kindOfNode(node);
    const children = kind.children(node).map(visit);
    // Who is among the first of many is asked of everybody, and not of one person's columns.
    const level = asks(node) ? 0 : 1 + Math.max(-1, ...children.map((child) => child.level));
    const sql = asks(node)
      ? compiling.compile(node)
      : kind.compile(
          node,
          children.map((child) => child.column),
          compiling.scope,
        );
    (levels[level] ??= []).push(`${sql} as ${column}`);
    return { column, level };
  };

  visit(rule);
  return {
    // OFFSET 0 keeps Postgres from working a condition out again wherever its column stands.
    joins: levels
      .map((level, i) => ` cross join lateral (select ${level.join(', ')} offset 0) h${i}`)
      .join(''),
    columns,
    steps: 'all' in rule ? stepsOf(rule.all) : [],
    params: compiling.needs().params,
    asksEverybody: isWhole(rule),
  };
}

function asks(node: Rule): boolean {
  return kindOfNode(node).reach(node).includes('set');
}

function isWhole(node: Rule): boolean {
  return asks(node) || kindOfNode(node).children(node).some(isWhole);
}

/** The columns of the children of a group: each stands behind all that is under the one before. */
function stepsOf(children: readonly Rule[]): string[][] {
  let next = 1;
  const own = children.map((child) => {
    const column = `l${next}`;
    next += sizeOf(child);
    return column;
  });
  return own.map((_, i) => own.slice(0, i + 1));
}

function sizeOf(node: Rule): number {
  return kindOfNode(node)
    .children(node)
    .reduce((sum, child) => sum + sizeOf(child), 1);
}
