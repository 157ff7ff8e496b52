import type { Example, KeyCoverage, ReasonCount } from './coverage.ts';
import type { Kind } from './kinds.ts';
import { mask } from './mask.ts';
import type { Outcome } from './outcome.ts';
import { isPlaceholder } from './placeholder.ts';
import { type RepeatCounter, repeatCounter } from './repeats.ts';
import { suspicion } from './suspicion.ts';

const examplesKept = 3;
/** Who has met a thousand of one shape need not look for another. */
const examplesSought = 1_000;
const repeatsCounted = 2_000;
const fewestRepeats = 10;

type Noted = Map<string, { count: number; examples: Example[] }>;

/** Counts of one identifier over many people. */
export class KeyTally {
  readonly #key: Kind['key'];
  readonly #repeats: RepeatCounter | null;
  readonly #reasons: Noted = new Map();
  readonly #suspicious: Noted = new Map();
  #usable = 0;
  #unusable = 0;

  constructor({ key, identifying }: Kind) {
    this.#key = key;
    this.#repeats = identifying ? repeatCounter(repeatsCounted) : null;
  }

  add(raw: string, outcome: Outcome, line: number | null): void {
    if (outcome.kind === 'blank') return;
    if (outcome.kind === 'unusable') {
      this.#unusable += 1;
      note(this.#reasons, outcome.reason, raw, line);
      return;
    }
    this.#usable += 1;
    const why = suspicion(this.#key, outcome);
    if (why !== null) note(this.#suspicious, why, raw, line);
    this.#repeats?.add(outcome.kind === 'value' ? outcome.normalised : outcome.hash, line);
  }

  /** A usable value that other values of the same person speak against. */
  doubt(raw: string, why: string, line: number | null): void {
    note(this.#suspicious, why, raw, line);
  }

  report(people: number): KeyCoverage {
    const repeats = this.#repeats?.report(Math.max(fewestRepeats, people / 1_000)) ?? [];
    return {
      key: this.#key,
      usable: this.#usable,
      missing: people - this.#usable - this.#unusable,
      unusable: this.#unusable,
      reasons: sorted(this.#reasons),
      suspicious: sorted(this.#suspicious),
      repeated: repeats.map(({ value, ...rest }) => ({ value: this.#shown(value), ...rest })),
    };
  }

  /** What many share and people type to get on is nobody's, and is found by its name. */
  #shown(value: string): string {
    const known = suspicion(this.#key, { kind: 'value', normalised: value });
    return known === null ? mask(value) : value;
  }
}

function note(noted: Noted, reason: string, raw: string, line: number | null): void {
  let entry = noted.get(reason);
  if (entry === undefined) noted.set(reason, (entry = { count: 0, examples: [] }));
  entry.count += 1;
  if (entry.examples.length === examplesKept || entry.count > examplesSought) return;
  // The words that programs write for nothing are nobody's, and are found by their name.
  const shape = isPlaceholder(raw.trim(), 'other') ? raw.trim() : mask(raw);
  if (entry.examples.every((example) => example.shape !== shape)) {
    entry.examples.push({ shape, line });
  }
}

function sorted(noted: Noted): ReasonCount[] {
  return [...noted]
    .map(([reason, { count, examples }]) => ({ reason, count, examples }))
    .sort((a, b) => b.count - a.count);
}
