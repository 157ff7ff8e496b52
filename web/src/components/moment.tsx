import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const MINUTE_MS = 60_000;
const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', MINUTE_MS],
];

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once: to make one takes longer than all else that a row of a table is made of. */
function momentFormat(language: string, timeStyle: 'short' | 'long'): Intl.DateTimeFormat {
  const key = `${language} ${timeStyle}`;
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle });
  formats.set(key, known);
  return known;
}

/** How long ago a moment was, or how long it is until then: "3 hours ago". */
export function sinceWords(at: Date, now: Date, language: string): string {
  const ms = at.getTime() - now.getTime();
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, unitMs] = steps.find(([, size]) => Math.abs(ms) >= size) ?? ['minute', MINUTE_MS];
  return format.format(Math.round(ms / unitMs), unit);
}

/** A moment in the reader's own zone, with the zone; null is shown as `empty`. */
export function Moment({
  at,
  isRelative = false,
  empty,
}: {
  /** ISO 8601, or null. */
  readonly at: string | null;
  /** "3 hours ago", the moment itself on hover. */
  readonly isRelative?: boolean;
  readonly empty?: string;
}) {
  const { t, i18n } = useTranslation();
  if (at === null)
    return (
      <Text span c="dimmed" inherit>
        {empty ?? t('never')}
      </Text>
    );
  const date = new Date(at);
  const whole = momentFormat(i18n.language, 'long').format(date);
  if (isRelative) {
    return (
      <time dateTime={at} title={whole}>
        {sinceWords(date, new Date(), i18n.language)}
      </time>
    );
  }
  return (
    <time dateTime={at} title={whole}>
      {momentFormat(i18n.language, 'short').format(date)}
    </time>
  );
}
