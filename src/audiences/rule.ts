import { hash } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { kindOf, nodeKeys, type RuleNode } from './nodes/kinds.ts';
import type { JsonObject } from './nodes/node.ts';
import { invalid, placed } from './nodes/problem.ts';
import { findJsonProblem } from './json-problem.ts';

export type Rule = RuleNode;

/** Enough for any rule a person can read, and little enough for Postgres' own stack and planner. */
const depthMax = 20;
const leavesMax = 500;
/** Ten times what a list of 10,000 ids takes. */
const textLengthMax = 4_194_304;

/** a, b or c */
const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/**
 * A rule from JSON that somebody wrote (contract.md "A rule").
 * @throws MusterError RULE_INVALID, RULE_OPERATOR_UNKNOWN, RULE_GROUP_EMPTY, RULE_TOO_LARGE; they
 * name the place, as in `all[1].value`
 */
export function parseRule(json: unknown): Rule {
  let leaves = 0;

  const check = (part: unknown, path: string, depth: number): Rule => {
    if (depth > depthMax) {
      throw new MusterError(
        'RULE_TOO_LARGE',
        `${placed(path)}: groups go at most ${depthMax} deep`,
      );
    }
    const object = asObject(part, path);
    const kind = kindOf(readKey(object, path));
    const stray = Object.keys(object).find((key) => !kind.keys.includes(key));
    if (stray !== undefined) {
      const known = kind.keys.map((key) => `"${key}"`).join(', ');
      throw new MusterError(
        'RULE_INVALID',
        `${placed(path)}: only ${known} may stand here, not ${named(stray)}`,
      );
    }
    const node = kind.check(object, path, (child, at) => check(child, at, depth + 1));
    if (kind.children(node).length === 0) leaves += kind.size?.(node) ?? 1;
    if (leaves > leavesMax) {
      throw new MusterError('RULE_TOO_LARGE', `${placed(path)}: more than ${leavesMax} conditions`);
    }
    return node;
  };

  return check(json, '', 1);
}

/**
 * The same from text, where the line and column of what is not JSON are named.
 * @throws MusterError RULE_NOT_JSON, RULE_TOO_LARGE, and what parseRule throws
 */
export function parseRuleText(text: string): Rule {
  if (text.length > textLengthMax) {
    throw new MusterError(
      'RULE_TOO_LARGE',
      `the text has ${text.length} characters, and at most ${textLengthMax} are read`,
    );
  }
  // Editors on Windows put a byte order mark in front, which JSON does not know.
  const bare = text.replace(/^\uFEFF/, '');
  const problem = findJsonProblem(bare);
  if (problem !== null) throw new MusterError('RULE_NOT_JSON', problem);
  return parseRule(JSON.parse(bare));
}

/** One text for one rule, however its keys were ordered and its JSON was spaced. */
export function canonicalRule(rule: Rule): string {
  return JSON.stringify(rule, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Tells two rules apart: SHA-256 of the canonical text, in hex. */
export function ruleVersion(rule: Rule): string {
  return hash('sha256', canonicalRule(rule), 'hex');
}

function asObject(json: unknown, path: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, `a condition: an object with ${keysOf()}`, json);
  }
  return json as JsonObject;
}

function readKey(json: JsonObject, path: string): (typeof nodeKeys)[number] {
  const [key, second] = nodeKeys.filter((name) => Object.hasOwn(json, name));
  if (key === undefined) throw invalid(path, `a condition: an object with ${keysOf()}`, json);
  if (second !== undefined) {
    throw new MusterError(
      'RULE_INVALID',
      `${placed(path)}: "${key}" and "${second}" cannot stand side by side; put them into two conditions`,
    );
  }
  return key;
}

function keysOf(): string {
  return oneOf.format(nodeKeys.map((key) => `"${key}"`));
}

/** An unknown key may be anything: shown short, and with nothing that a terminal obeys. */
function named(key: string): string {
  return JSON.stringify(key.slice(0, 40)).replaceAll(/[^\x20-\x7e]/g, '?');
}
