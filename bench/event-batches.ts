/** What a shop sends: bodies of `POST /v1/batch`, each message id once. */
export interface EventMix {
  readonly users: number;
  /** Events in a batch. */
  readonly batch: number;
}

/** Numbers in a row, scattered over `of`. */
function spread(n: number, of: number): number {
  return (Math.imul(n, 2_654_435_761) >>> 0) % of;
}

const events = ['Product Viewed', 'Product Added', 'Checkout Started', 'Order Completed'];

/**
 * Three quarters are track calls, a sixth pages of whom nobody knows yet, a twelfth identifies with
 * identifiers and traits; about 600 bytes each, as SDKs write them.
 */
export function eventBatch({ users, batch }: EventMix, number: number, sentAt: Date): string {
  const calls = Array.from({ length: batch }, (_, i) => {
    const n = number * batch + i;
    const user = spread(n, users);
    const call = {
      messageId: `ajs-next-${sentAt.getTime()}-${n}`,
      timestamp: sentAt.toISOString(),
      context: {
        ip: '203.0.113.7',
        library: { name: 'analytics.js', version: 'npm:next-1.84.3' },
        page: {
          path: '/c/shoes',
          referrer: '',
          search: '',
          title: 'Shoes',
          url: 'https://shop.example/c/shoes',
        },
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
        locale: 'en-GB',
        timezone: 'Europe/Berlin',
      },
      integrations: {},
    };
    const anonymousId = `00000000-0000-4000-8000-${String(user).padStart(12, '0')}`;
    if (n % 12 === 0) {
      const traits = {
        email: `user${user}@example.com`,
        firstName: 'Ana',
        plan: n % 5 === 0 ? 'gold' : 'free',
      };
      return { ...call, type: 'identify', userId: `u${user}`, anonymousId, traits };
    }
    if (n % 6 === 1) {
      const properties = { url: 'https://shop.example/c/shoes', path: '/c/shoes', title: 'Shoes' };
      return { ...call, type: 'page', anonymousId, name: 'Shoes', properties };
    }
    const properties = {
      sku: `S-${n % 5_000}`,
      price: (n % 9_000) / 100,
      currency: 'EUR',
      quantity: 1,
    };
    const event = events[n % events.length] ?? '';
    return { ...call, type: 'track', userId: `u${user}`, anonymousId, event, properties };
  });
  return JSON.stringify({ batch: calls, sentAt: sentAt.toISOString() });
}
