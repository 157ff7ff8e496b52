import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveEvents } from './_serving.ts';

/** Where Debian and Ubuntu put it. */
const executablePath = '/usr/bin/chromium';
const sdk = new URL(
  '../../node_modules/@segment/analytics-next/dist/umd/index.js',
  import.meta.url,
);

const hasBrowser = isThere(executablePath);
if (!hasBrowser) console.log(`${executablePath} is not here: the browser SDK is left out`);

describe.runIf(hasBrowser)('@segment/analytics-next in a browser', () => {
  let serving: Serving;
  let browser: Browser;
  let shop: Awaited<ReturnType<typeof serveShop>>;

  beforeAll(async () => {
    serving = await serveEvents();
    shop = await serveShop();
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    await shop?.close();
    await serving?.[Symbol.asyncDispose]();
  });

  /** Opens the shop, which is another origin, and lets the SDK say what `script` says. */
  async function visit(database: string, options: object, script: string): Promise<Page> {
    const settings = { writeKey: await serving.key(database), cdnURL: serving.url };
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('console', (line) => line.type() === 'error' && problems.push(line.text()));
    await page.goto(shop.url);
    await page.evaluate(`(async () => {
      const analytics = AnalyticsNext.AnalyticsBrowser.load(
        ${JSON.stringify(settings)}, ${JSON.stringify(options)});
      ${script}
    })()`);
    expect(problems).toEqual([]);
    return page;
  }

  it('finds its settings and sends each kind of call to its short path', async () => {
    await visit(
      'one by one',
      {},
      `await analytics.page('Home');
       await analytics.alias('u1');
       await analytics.identify('u1', { email: 'ana@example.com', firstName: 'Ana' });
       await analytics.track('Order Completed', { total: 9, gold: true });
       await analytics.group('g1', { seats: 2 });
       await analytics.screen('Cart');`,
    );
    await serving.settled();
    const people = await serving.people('one by one');
    expect(people).toMatchObject([
      { id: 'u1', identifiers: { email: 'ana@example.com', 'name.first': 'Ana' } },
    ]);
    expect(people[0]?.events.toSorted()).toEqual(['Order Completed', 'group', 'page', 'screen']);
  });

  it('sends batches', async () => {
    const config = { size: 3, timeout: 60_000 };
    const options = {
      integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config } } },
    };
    const page = await visit(
      'batches',
      options,
      `for (const event of ['a', 'b']) await analytics.track(event);
       await analytics.identify('u1');`,
    );
    await page.waitForLoadState('networkidle');
    await serving.settled();
    expect(await serving.people('batches')).toMatchObject([{ id: 'u1', events: ['a', 'b'] }]);
  });
});

/** A page that has the SDK and nothing else. */
async function serveShop(): Promise<{ url: string; close(): Promise<void> }> {
  const script = await readFile(sdk);
  const server = createServer((request, response) => {
    const isScript = request.url === '/sdk.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript
        ? script
        : '<!doctype html><link rel="icon" href="data:,"><script src="/sdk.js"></script>',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
