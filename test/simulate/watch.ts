import { keysOf } from '../exact/known-people.ts';
import type { Actor } from './actor.ts';
import { GuardCheck } from './guard-check.ts';
import type { Upload } from './wire.ts';
import type { World } from './world.ts';

/** An answer as it came, whole or not. */
export interface Answered {
  readonly response: Response;
  /** '' where it broke off. */
  readonly text: string;
  readonly status: number;
}

/** A throttle that names no time is rested for at least so long (reliability.md §4.2, T-RATE-1). */
const restMinMs = 60_000;

/** After these nothing but a person helps, so the same request again is a mistake. */
const final: ReadonlySet<number> = new Set([3, 10, 102, 190, 200, 294, 368, 2655, 2663, 2664]);
const throttles: ReadonlySet<number> = new Set([4, 17, 32, 341, 429, 613, 80_003]);

interface Seen {
  /** When it decided to make its latest request. */
  openedAtMs: number;
  /** When this process was told to rest. */
  restFromMs: number;
  /** Rows of its removals that nobody has answered yet, by audience and keys. */
  readonly openRemovals: Map<string, Set<string>>;
  /** Requests that were refused for good, with when. */
  readonly refusedAtMs: Map<string, number>;
}

/** Stands beside the wire and looks whether what goes over it may. */
export class Watch {
  /** Every upload that left a worker. */
  readonly sentUploads: { readonly actor: Actor; readonly upload: Upload }[] = [];
  /** What of the sandbox, the wire and the error table has happened, and how often. */
  readonly marks = new Map<string, number>();
  readonly #world: World;
  readonly #nowMs: () => number;
  readonly #guard = new GuardCheck();
  /** When the last answer to anybody was a throttle; null after any other. All share one ad account. */
  #throttledAtMs: number | null = null;
  readonly #seen = new Map<Actor, Seen>();
  /** Identifying values of rows that Meta refused by name or alone, by audience. */
  readonly #refusedRows = new Map<string, string[][]>();

  constructor(world: World, nowMs: () => number) {
    this.#world = world;
    this.#nowMs = nowMs;
  }

  fired(mark: string): void {
    this.marks.set(mark, (this.marks.get(mark) ?? 0) + 1);
  }

  /** A row that was refused may have been told without a value that somebody had said no to. */
  isRefused(metaAudienceId: string, keys: readonly string[]): boolean {
    const refused = this.#refusedRows.get(metaAudienceId) ?? [];
    return refused.some((told) => told[0] === keys[0] && told.every((key) => keys.includes(key)));
  }

  /** Somebody has answered for the removals that a run held. */
  released(metaAudienceId: string): void {
    this.#guard.released(metaAudienceId, this.#nowMs());
  }

  /** A worker has decided to make a request. */
  opened(actor: Actor, upload: Upload | null): void {
    const seen = this.#of(actor);
    seen.openedAtMs = this.#nowMs();
    const restedMs = this.#nowMs() - seen.restFromMs;
    if (restedMs < restMinMs) this.#break('I9', `asked again ${restedMs} ms after a throttle`);
    if (upload === null) return;
    const refusedAtMs = seen.refusedAtMs.get(sameness(upload)) ?? -Infinity;
    // An opt-out stays open whatever Meta says: it is tried again, after a rest.
    const restsMs = upload.direction === 'remove' ? restMinMs : Infinity;
    if (this.#nowMs() - refusedAtMs < restsMs) {
      this.#break('I9', 'the same again though Meta had refused it for good');
    }
  }

  /** I3, I4 and I5: nothing wanted goes out, nothing unwanted in, and no addition overtakes. */
  sent(actor: Actor, upload: Upload): void {
    this.sentUploads.push({ actor, upload });
    const { direction, rows, metaAudienceId } = upload;
    // Somebody who asked to be forgotten leaves the whole ad account, whoever shares their values.
    if (metaAudienceId.startsWith('act_')) return;
    const tooMany = this.#guard.sent(upload, this.#world.isOfLane(upload), this.#nowMs());
    if (tooMany !== null) this.#break('I3', tooMany);
    const wanted = this.#world.wantedWhenWritten(upload);
    const texts = new Set(wanted.map(({ cells }) => JSON.stringify(cells)));
    const keys = new Set(wanted.flatMap(keysOf));
    const { openRemovals } = this.#of(actor);
    for (const cells of rows) {
      const own = keysOf({ cells });
      if (direction === 'remove') {
        const hurt = own.filter((key) => keys.has(key));
        if (hurt.length > 0) this.#break('I3', `a removal by what is wanted: ${hurt.join(' ')}`);
        continue;
      }
      if (!texts.has(JSON.stringify(cells))) {
        this.#break('I4', `an addition of what nobody wants: ${describe(cells)}`);
      }
      for (const [session, removal] of openRemovals) {
        const overtaken = own.some((key) => removal.has(`${metaAudienceId} ${key}`));
        if (overtaken) this.#break('I5', `an addition overtook removal ${session}`);
      }
    }
    if (direction === 'remove') {
      const open = rows.flatMap((cells) => keysOf({ cells }));
      openRemovals.set(upload.sessionId, new Set(open.map((key) => `${metaAudienceId} ${key}`)));
    }
  }

  /** Null: no answer came. */
  answered(actor: Actor, upload: Upload | null, answer: Answered | null): void {
    const seen = this.#of(actor);
    if (upload !== null) seen.openRemovals.delete(upload.sessionId);
    const body = bodyOf(answer);
    const code = body?.error?.code ?? null;
    const isThrottle = code !== null && throttles.has(code);
    if (isThrottle) {
      seen.restFromMs = this.#nowMs();
      this.fired('throttled');
      // What was under way when somebody else was throttled could not know.
      const isAgain = this.#throttledAtMs !== null && seen.openedAtMs > this.#throttledAtMs;
      if (isAgain) this.fired('throttled twice in a row');
    }
    if (answer !== null) this.#throttledAtMs = isThrottle ? this.#nowMs() : null;
    if (upload === null) return;
    if (code !== null && final.has(code)) seen.refusedAtMs.set(sameness(upload), this.#nowMs());
    const { rows, samples, metaAudienceId } = upload;
    const invalid = body?.num_invalid_entries ?? 0;
    const named = new Set(Object.keys(body?.invalid_entry_samples ?? {}));
    for (const [i, cells] of rows.entries()) {
      const alone = code === 100 && rows.length === 1;
      if (alone || invalid === rows.length || named.has(samples[i] ?? '')) {
        const refused = this.#refusedRows.get(metaAudienceId) ?? [];
        this.#refusedRows.set(metaAudienceId, [...refused, keysOf({ cells })]);
      }
    }
  }

  #of(actor: Actor): Seen {
    const known = this.#seen.get(actor) ?? {
      openedAtMs: -Infinity,
      restFromMs: -Infinity,
      openRemovals: new Map<string, Set<string>>(),
      refusedAtMs: new Map<string, number>(),
    };
    this.#seen.set(actor, known);
    return known;
  }

  #break(invariant: string, what: string): void {
    this.#world.broke(`${invariant}: ${what}`);
  }
}

interface Body {
  readonly error?: { readonly code: number };
  readonly num_invalid_entries?: number;
  readonly invalid_entry_samples?: Readonly<Record<string, string>>;
}

function bodyOf(answer: Answered | null): Body | null {
  try {
    return answer === null ? null : (JSON.parse(answer.text) as Body);
  } catch {
    return null;
  }
}

function sameness({ direction, metaAudienceId, samples }: Upload): string {
  return [direction, metaAudienceId, ...samples].join('\n');
}

function describe(cells: readonly string[]): string {
  return keysOf({ cells }).join(' ');
}
