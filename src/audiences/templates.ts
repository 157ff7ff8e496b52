interface Template {
  readonly summary: string;
  readonly rule: (days: number) => object;
  readonly daysDefault: number;
}

/** Rules to begin with; the first two are for exclusion (features.md P-23). */
export const templates: Readonly<Record<string, Template>> = {
  'recent-buyers': {
    summary: 'who bought in the last 30 days, to leave them out of ads',
    daysDefault: 30,
    rule: (days) => ({ event: 'Order Completed', within_last: { days } }),
  },
  'recent-signups': {
    summary: 'who signed up in the last 30 days, to leave them out of ads',
    daysDefault: 30,
    rule: (days) => ({ event: 'Signed Up', within_last: { days } }),
  },
  'lapsed-buyers': {
    summary: 'who bought once, and not in the last 180 days',
    daysDefault: 180,
    rule: (days) => ({ event: 'Order Completed', last: { older_than: { days } } }),
  },
};
