import { count } from '#http/words.ts';

/** Amounts and times as people read them. Always in one way, whatever the machine's locale. */

const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `1 row`, `2 rows`, `12,345 people`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function people(value: number): string {
  return counted(value, 'person', 'people');
}

export function rows(value: number): string {
  return counted(value, 'row', 'rows');
}

export function requests(value: number): string {
  return counted(value, 'request', 'requests');
}

export function bytes(value: number): string {
  if (value < 1_000) return `${count(value)} B`;
  if (value < 1_000_000) return `${oneDigit.format(value / 1_000)} kB`;
  if (value < 1_000_000_000) return `${oneDigit.format(value / 1_000_000)} MB`;
  return `${oneDigit.format(value / 1_000_000_000)} GB`;
}

export function seconds(value: number): string {
  if (value < 0.95) return `${Math.max(1, Math.round(value * 1_000))} ms`;
  if (value < 100) return `${oneDigit.format(value)} s`;
  const all = Math.round(value);
  const minutes = Math.floor(all / 60);
  if (minutes < 100) return `${minutes} min ${all % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A name as it is typed behind a command. */
export function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}

/** How long from `now` to `then`: `in 12 min`, `3 h ago`. */
export function distance(then: Date, now: Date): string {
  const secondsAway = Math.round((then.getTime() - now.getTime()) / 1000);
  const size = Math.abs(secondsAway);
  if (size < 2) return 'now';
  const [step, unit] =
    size < 100
      ? [1, 's']
      : size < 6_000
        ? [60, 'min']
        : size < 172_800
          ? [3_600, 'h']
          : [86_400, 'days'];
  const words = `${Math.round(size / step)} ${unit}`;
  return secondsAway > 0 ? `in ${words}` : `${words} ago`;
}

/** What an audience without its sweep is not promised. */
export const unsweptWords =
  'External IDs may stop matching after 90 days, and nothing heals what Meta applied late or let go';
