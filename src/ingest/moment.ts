const iso =
  /^(?<year>[+-]?\d{4,6})-(?<day>\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

/** Numbers below are seconds: as milliseconds they would be in 1970. */
const SECONDS_MAX = 100_000_000_000;

/**
 * A moment in ms, from ISO 8601 text or a number of milliseconds or seconds. Without a zone it is UTC.
 * Null: it is none.
 */
export function readMoment(value: unknown): number | null {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^-?\d{5,16}(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  const found = iso.exec(text)?.groups;
  if (found === undefined) return null;
  const zone = found['zone']?.toUpperCase() ?? 'Z';
  const ms = Date.parse(
    `${sixDigits(found['year'] ?? '')}-${found['day']}T${found['time'] ?? '00:00'}${zone}`,
  );
  return Number.isNaN(ms) ? null : ms;
}

function fromNumber(value: number): number | null {
  const ms = Math.abs(value) < SECONDS_MAX ? value * 1000 : value;
  return Math.abs(ms) <= 8.64e15 ? Math.round(ms) : null;
}

/** Date.parse takes years beyond 9999 only with a sign and six digits. */
function sixDigits(year: string): string {
  if (/^\d{4}$/.test(year)) return year;
  const sign = year.startsWith('-') ? '-' : '+';
  return sign + year.replace(/^[+-]/, '').padStart(6, '0');
}

const MINUTE_MS = 60_000;
/** A clock that is further ahead, after it was put right, tells nothing. */
const AHEAD_MAX_MS = 24 * 60 * MINUTE_MS;
/** 1900: what is older is a mistake, and microseconds since 2000 no longer fit a double. */
const OLDEST_MS = -2_208_988_800_000;

/** What a call says about when it happened, in ms of the sender's clock. */
export interface SenderTimes {
  readonly timestamp?: number | undefined;
  readonly sentAt?: number | undefined;
}

/**
 * When a call happened, in ms by our clock; whoever says no time, or an impossible one, means now. `place`
 * is its place in the request: calls without a time keep their order, a microsecond apart.
 *
 * A sender's clock is off by what lies between sending and receiving, as Segment does it
 * (https://segment.com/docs/connections/spec/common/#timestamps, read 2026-11-22), here in whole minutes:
 * less is the way through the network, and may not turn around the order of two calls.
 */
export function momentOf(
  { timestamp, sentAt }: SenderTimes,
  receivedMs: number,
  place: number,
): number {
  const now = receivedMs + place / 1000;
  if (timestamp === undefined) return now;
  const offMs = sentAt === undefined ? 0 : receivedMs - sentAt;
  const at = timestamp + Math.round(offMs / MINUTE_MS) * MINUTE_MS;
  return at > receivedMs + AHEAD_MAX_MS || at < OLDEST_MS ? now : at;
}
