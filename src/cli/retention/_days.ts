import { counted } from '../words.ts';

export function daysText(days: number | null): string {
  return days === null ? 'for ever' : counted(days, 'day', 'days');
}
