import { catalogue, type ErrorCode } from '#domain/errors/catalogue.ts';
import errors from './german-errors.json' with { type: 'json' };
import phrases from './german-phrases.json' with { type: 'json' };

/*
 * What is said below the API in English sentences, in German. A sentence is found by its English words, with
 * holes for what was measured ({name}), for what is said in German where it can be ({*name}), and for what has
 * to be known for the whole to be ({=name}); what nobody put into German stays as it is
 * (docs/decisions/0066-sentences-in-the-language-of-who-reads.md).
 */

interface Phrase {
  /** The English between the holes: one more than there are holes. */
  readonly literals: readonly string[];
  readonly holes: readonly string[];
  readonly german: string;
}

/** Longer ones are nothing that was written here. */
const LENGTH_MAX = 2_000;
const DEPTH_MAX = 6;

const between = '; ';

/** What may stand in a hole: numbers in {n}, a rule, which comes in German already, as it is; else no other sentence. */
const holds: Readonly<Record<string, RegExp>> = { '{n}': /^-?[\d.,]+$/, '{rule}': /^/ };
const holdsElse = /^(?!.*[:;] )/s;

const hole = /\{[*=]?[a-z]+\}/g;

const whole: ReadonlyMap<string, string> = new Map([
  ...Object.entries(phrases),
  ...(Object.keys(errors) as ErrorCode[]).flatMap((code): [string, string][] => [
    [catalogue[code].happened, errors[code].happened],
    [catalogue[code].next, errors[code].next],
  ]),
]);

/** The most words first: `{*why}, and is not at Meta.` before `{*why}.` */
const withHoles: readonly Phrase[] = [
  ...Object.entries(phrases),
  ...(Object.keys(errors) as ErrorCode[]).map((code): [string, string] => [
    `${catalogue[code].happened}: {*measured}`,
    `${errors[code].happened}: {*measured}`,
  ]),
]
  .map(([english, german]) => ({
    literals: english.split(hole),
    holes: english.match(hole) ?? [],
    german,
  }))
  .filter(({ holes }) => holes.length > 0)
  .toSorted((a, b) => b.literals.join('').length - a.literals.join('').length);

/** A sentence in German, or as it is where it has none. */
export function sayInGerman(english: string): string {
  return known(english, 0) ?? english;
}

function known(english: string, depth: number): string | null {
  const said = whole.get(english);
  if (said !== undefined) return said;
  if (english.length > LENGTH_MAX || depth === DEPTH_MAX) return null;
  for (const phrase of withHoles) {
    const filled = fill(phrase, english, depth);
    if (filled !== null) return filled;
  }
  return knownList(english, depth);
}

/** Reasons stand behind each other, and may have a semicolon of their own; where one is known, the rest may not be. */
function knownList(english: string, depth: number): string | null {
  for (let at = english.indexOf(between); at !== -1; at = english.indexOf(between, at + 1)) {
    const rest = english.slice(at + between.length);
    const said = known(english.slice(0, at), depth + 1);
    if (said !== null) return `${said}${between}${known(rest, depth + 1) ?? rest}`;
  }
  return null;
}

function isSentence(name: string): boolean {
  return name.startsWith('{*') || name.startsWith('{=');
}

function fill(phrase: Phrase, english: string, depth: number): string | null {
  const measured = measuredIn(phrase, english);
  if (measured === null) return null;
  let text = phrase.german;
  for (const [i, name] of phrase.holes.entries()) {
    const was = measured[i] ?? '';
    const said = isSentence(name) ? known(was, depth + 1) : was;
    if (said === null && name.startsWith('{=')) return null;
    if (!isSentence(name) && !(holds[name] ?? holdsElse).test(was)) return null;
    text = text.replace(name, () => said ?? was);
  }
  return text;
}

/** What stands in the holes, if the words around them are those of the phrase; never an empty text. */
function measuredIn({ literals }: Phrase, text: string): string[] | null {
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const end = text.length - last.length;
  const found: string[] = [];
  let at = first.length;
  for (const literal of literals.slice(1, -1)) {
    const next = text.indexOf(literal, at + 1);
    if (next === -1 || next >= end) return null;
    found.push(text.slice(at, next));
    at = next + literal.length;
  }
  if (at >= end) return null;
  return [...found, text.slice(at, end)];
}

/** Where an answer has sentences of ours. What people typed stands under other names. */
const sentenceKeys: ReadonlySet<string> = new Set([
  ...['conclusion', 'next', 'words', 'message', 'text', 'title', 'reason', 'reasons', 'why'],
  ...['heldBecause', 'warnings', 'found', 'basis', 'size', 'start', 'steps', 'seen', 'refusal'],
]);

/** Records of how often each reason was there: the reasons are the keys. */
const countedReasons: ReadonlySet<string> = new Set(['rejectedBy', 'badRequestsBy', 'unusable']);

/** An answer with its sentences in German; all else as it was. */
export function answerInGerman(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return sentenceKeys.has(key) ? sayInGerman(value) : value;
  if (Array.isArray(value)) return value.map((one) => answerInGerman(one, key));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      countedReasons.has(key) ? sayInGerman(name) : name,
      answerInGerman(one, countedReasons.has(key) ? key : name),
    ]),
  );
}
