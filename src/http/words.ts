/** Numbers and moments as people read them, on the page and in a terminal. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function count(value: number): string {
  return whole.format(value);
}

/** `2026-11-22 10:17:30 UTC`; in UTC because logs and other people's screens are. */
export function moment(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
