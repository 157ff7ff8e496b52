import { MusterError } from '#domain/errors/muster-error.ts';

/**
 * A moment as people write it: with an offset, or as a local time of a zone; a day alone is its
 * first moment.
 * @throws MusterError SCHEDULE_INVALID
 */
export function readMoment(text: string, zone: string): Date {
  try {
    const instant = /[zZ]$|[+-]\d{2}:?\d{2}$/.test(text)
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
    return new Date(instant.epochMilliseconds);
  } catch {
    const measured = `“${text}” is no moment such as 2026-12-01 or 2026-12-01T09:00`;
    throw new MusterError('SCHEDULE_INVALID', measured);
  }
}
