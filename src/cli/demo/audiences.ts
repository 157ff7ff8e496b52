/** What the demo makes: three audiences that every shop knows. */
export interface DemoAudience {
  readonly name: string;
  /** For people, in a table. */
  readonly title: string;
  readonly rule: object;
}

export const demoAudiences: readonly DemoAudience[] = [
  {
    name: 'demo-lapsed-buyers',
    title: 'Lapsed buyers',
    rule: { trait: 'last_order_at', op: 'older_than', value: { days: 180 } },
  },
  {
    name: 'demo-high-value',
    title: 'High value, three countries',
    rule: {
      all: [
        { trait: 'market', op: 'in', value: ['DE', 'FR', 'US'] },
        { trait: 'total_spent', op: 'at_least', value: 500 },
      ],
    },
  },
  {
    name: 'demo-newsletter-no-purchase',
    title: 'Newsletter, no purchase',
    rule: {
      all: [
        { trait: 'newsletter', op: 'equals', value: true },
        { trait: 'orders', op: 'equals', value: 0 },
      ],
    },
  },
];
