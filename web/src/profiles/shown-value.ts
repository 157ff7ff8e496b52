/** A value as somebody reads it: lists with commas, everything else as it is written. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownValue).join(', ');
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

export function consentWord(consent: boolean | null): 'yes' | 'no' | 'unknown' {
  if (consent === null) return 'unknown';
  return consent ? 'yes' : 'no';
}
