import { mask } from '#identifiers/mask.ts';
import type { Call, Refusal } from '#ingest/call.ts';
import type { RecentCall } from '#store/recent-calls.ts';

/** So many accepted calls a second are shown; a flood of them tells no more. */
const SHOWN_A_SECOND = 50;
const REFUSED_SHOWN_MAX = 50;
const NAMES_SHOWN_MAX = 40;

/** Makes of calls what people may look at: names, and the shapes of values. */
export class ShownCalls {
  readonly #clock: () => number;
  #second = 0;
  #shown = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  ofRequest(databaseId: number, calls: readonly Call[], refused: readonly Refusal[]): RecentCall[] {
    return [
      ...refused.slice(0, REFUSED_SHOWN_MAX).map((refusal) => ofRefusal(databaseId, refusal)),
      ...calls.slice(0, this.#room(calls.length)).map((call) => ofCall(databaseId, call)),
    ];
  }

  /** A request that could not even be read; `databaseId` null: its key is unknown. */
  ofFailure(databaseId: number | null, reason: string): RecentCall[] {
    if (this.#room(1) === 0) return [];
    const detail = {};
    return [{ databaseId, type: 'request', name: null, accepted: false, reason, detail }];
  }

  #room(wanted: number): number {
    const second = Math.floor(this.#clock() / 1000);
    if (second !== this.#second) this.#shown = 0;
    this.#second = second;
    const room = Math.min(wanted, SHOWN_A_SECOND - this.#shown);
    this.#shown += room;
    return room;
  }
}

function ofRefusal(databaseId: number, { index, reason, type, messageId }: Refusal): RecentCall {
  const detail = { index, ...(messageId === null ? {} : { messageId: shownId(messageId) }) };
  return { databaseId, type, name: null, accepted: false, reason, detail };
}

function ofCall(databaseId: number, call: Call): RecentCall {
  const { type, event, messageId, userId, anonymousId, previousId, traits, properties } = call;
  return {
    ...{ databaseId, type, accepted: true, reason: null },
    name: type === 'track' ? (event ?? null) : null,
    detail: {
      messageId: shownId(messageId),
      ...shapes({ userId, anonymousId, previousId }),
      ...(traits === undefined ? {} : { traits: shapes(traits) }),
      ...(properties === undefined ? {} : { properties: shapes(properties) }),
    },
  };
}

/** Senders find their message by it; one that is no code may name somebody. */
function shownId(messageId: string): string {
  return /^[\w-]{1,100}$/.test(messageId) ? messageId : mask(messageId);
}

function shapes(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shown = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .slice(0, NAMES_SHOWN_MAX);
  return Object.fromEntries(shown.map(([name, value]) => [name, shape(value)]));
}

/** Yes, no and nothing name nobody; of everything else the form is shown. */
function shape(value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.slice(0, 3).map(shape);
  if (typeof value === 'object') return shapes(value as Readonly<Record<string, unknown>>);
  return mask(typeof value === 'string' ? value : JSON.stringify(value));
}
