import { audienceErrors } from './audience-errors.ts';
import { graphErrors } from './graph-error.ts';
import type { GraphError } from './graph-error.ts';
import type { EndpointFamily, EndpointName, RouteFound } from './routes.ts';

/** What goes wrong, by name, and how often, where and for how long. */
export interface Fault {
  readonly name: FaultName;
  /** How often it strikes before it is gone; null = until cleared. */
  readonly times: number | null;
  /** Strikes only there: an endpoint ('users.add') or a family of them ('users'). */
  readonly on: FaultPlace | null;
  /** Strikes only requests for this audience or ad account. */
  readonly target: string | null;
  /** Strikes only payloads that hold a value beginning so; `invalidRows` spoils just those rows. */
  readonly valuePrefix: string | null;
  /** Of a throttle, a missing permission or `graphError`; of a dead token its subcode. */
  readonly code: number | null;
  /** 0 = none, where the code has one by itself. */
  readonly subcode: number | null;
  /** `lateApply`: how long after the request its effect lands. */
  readonly lagMs: number;
  /** How long a silence lasts, null = until the client gives up; of `slowAnswer`, between two bytes. */
  readonly holdMs: number | null;
  /** What it says is from then on so: the token has ended, the terms are withdrawn, the audience is gone. */
  readonly isLasting: boolean;
}

export type FaultPlace = EndpointName | EndpointFamily;

export const faultDefaults: Omit<Fault, 'name'> = {
  times: 1,
  on: null,
  target: null,
  valuePrefix: null,
  code: null,
  subcode: null,
  lagMs: 60_000,
  holdMs: null,
  isLasting: false,
};

export type Shown =
  | 'whole'
  | 'silence'
  | 'reset'
  | 'cut'
  | 'truncated'
  | 'empty'
  | 'text'
  | 'html'
  | 'slow'
  | GraphError;

interface FaultKind {
  readonly effect: 'now' | 'late' | 'none';
  readonly answer: Shown | ((fault: Fault, route: RouteFound) => GraphError);
  /** For the page: what becomes of the request. */
  readonly words: string;
}

/** docs/sandbox.md has the same table with what the client sees. */
export const faultKinds = {
  requestLost: { effect: 'none', answer: 'silence', words: 'never arrives; no answer' },
  timeoutAfterCommit: { effect: 'now', answer: 'silence', words: 'takes effect; no answer' },
  lateApply: { effect: 'late', answer: 'silence', words: 'takes effect later; no answer' },
  resetBefore: { effect: 'none', answer: 'reset', words: 'connection ends before it is done' },
  resetAfter: { effect: 'now', answer: 'reset', words: 'takes effect; connection ends' },
  serverErrorBefore: {
    effect: 'none',
    answer: () => graphErrors.unknown(),
    words: '500, code 1; no effect',
  },
  serverErrorAfter: {
    effect: 'now',
    answer: () => graphErrors.unknown(),
    words: '500, code 1; takes effect',
  },
  truncatedBody: { effect: 'now', answer: 'truncated', words: 'takes effect; half the JSON' },
  htmlBody: { effect: 'now', answer: 'html', words: 'takes effect; 502 and a page' },
  throttle: {
    effect: 'none',
    answer: ({ code, subcode }) => graphErrors.throttled(code ?? 80_003, subcode),
    words: 'throttled: 80003, 80004, 17, 613, 4, 32 or 341',
  },
  tokenDead: {
    effect: 'none',
    answer: ({ code }) => graphErrors.deadToken(code ?? 463),
    words: '190: expired 463, password 460, revoked 458, …',
  },
  termsRevoked: {
    effect: 'none',
    answer: () => graphErrors.termsNotAccepted(),
    words: '200/1870090: terms not accepted',
  },
  malformed: {
    effect: 'none',
    answer: () => graphErrors.dataMismatch(),
    words: '100: data does not match the schema',
  },
  transient: { effect: 'none', answer: () => graphErrors.unavailable(), words: '503, code 2' },
  invalidRows: { effect: 'now', answer: 'whole', words: 'rows that begin so are invalid' },
  audienceGone: {
    effect: 'none',
    answer: (_, { target }) => graphErrors.noSuchObject(target, 'post'),
    words: '100/33: the audience is gone',
  },
  aliasMissing: {
    effect: 'none',
    answer: () => graphErrors.unknownAlias('users'),
    words: '803, as just after creating',
  },
  resetDuring: { effect: 'none', answer: 'reset', words: 'connection ends while it is sent' },
  resetInAnswer: {
    effect: 'now',
    answer: 'cut',
    words: 'takes effect; connection ends in the answer',
  },
  emptyBody: { effect: 'now', answer: 'empty', words: 'takes effect; 200 and nothing' },
  textBody: { effect: 'none', answer: 'text', words: '200 and the words “Service Unavailable”' },
  slowAnswer: {
    effect: 'now',
    answer: 'slow',
    words: 'takes effect; a byte a second (slow loris)',
  },
  permissionMissing: {
    effect: 'none',
    answer: ({ code }) => graphErrors.permissionMissing(code ?? 200),
    words: 'a permission is missing: 200, 10, 3, 270, 278 or 294',
  },
  audienceFlagged: {
    effect: 'none',
    answer: () => audienceErrors.uploadBlocked(),
    words: '100/1713230: the audience is flagged',
  },
  graphError: {
    effect: 'none',
    answer: ({ code, subcode }) => graphErrors.any(code ?? 1, subcode),
    words: 'any code and subcode',
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

export const faultNames = Object.keys(faultKinds) as readonly FaultName[];

/** Those after which something stays so, where that is asked for. */
export const lastingFaults: ReadonlySet<FaultName> = new Set([
  'tokenDead',
  'termsRevoked',
  'audienceGone',
  'audienceFlagged',
]);

/** What a fault makes of a request that goes by `route`. */
export function outcomeOf(
  fault: Fault,
  route: RouteFound,
): { effect: FaultKind['effect']; answer: Shown } {
  const { effect, answer }: FaultKind = faultKinds[fault.name];
  return { effect, answer: typeof answer === 'function' ? answer(fault, route) : answer };
}

export function isOn(on: FaultPlace | null, { name }: RouteFound): boolean {
  return on === null || name === on || name.startsWith(`${on}.`);
}
