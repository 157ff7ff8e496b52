import { asObject, checkKeys, invalid } from './problem.ts';

const units = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const;
type Unit = keyof typeof units;

/** A length of time as it is written: {"days": 2}, {"hours": 1, "minutes": 30}. */
export type Duration = { readonly [U in Unit]?: number };

const YEARS_MAX_SECONDS = 10 * 366 * units.days;

export function readDuration(json: unknown, path: string): Duration {
  const given = asObject(json, path, 'a time such as {"days": 2} or {"hours": 1, "minutes": 30}');
  checkKeys(given, path, Object.keys(units));
  const duration = given as Duration;
  for (const [unit, amount] of Object.entries(duration)) {
    if (!Number.isSafeInteger(amount) || amount < 0) {
      throw invalid(`${path}.${unit}`, 'a whole number that is not below 0', amount);
    }
  }
  const seconds = secondsOf(duration);
  if (seconds === 0 || seconds > YEARS_MAX_SECONDS) {
    throw invalid(path, 'a time above nothing and up to ten years', json);
  }
  return duration;
}

export function secondsOf(duration: Duration): number {
  return (Object.keys(units) as Unit[]).reduce(
    (sum, unit) => sum + (duration[unit] ?? 0) * units[unit],
    0,
  );
}

/** 2 days, 1 hour */
export function explainDuration(duration: Duration): string {
  return (Object.keys(units) as Unit[])
    .toReversed()
    .filter((unit) => (duration[unit] ?? 0) > 0)
    .map((unit) => `${duration[unit]} ${duration[unit] === 1 ? unit.slice(0, -1) : unit}`)
    .join(' ');
}
