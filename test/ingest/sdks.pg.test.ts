import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveEvents } from './_serving.ts';

/** The SDKs that people use, as they are, against our own address. */

let serving: Serving;

beforeAll(async () => {
  serving = await serveEvents();
});

afterAll(() => serving[Symbol.asyncDispose]());

describe('@segment/analytics-node', () => {
  it('sends every kind of call, and hears that they arrived', async () => {
    const writeKey = await serving.key('segment');
    const analytics = new Analytics({ writeKey, host: serving.url, flushAt: 4 });
    const errors: unknown[] = [];
    analytics.on('error', (error) => errors.push(error));
    analytics.page({ anonymousId: 'a1', name: 'Home', properties: { url: 'https://x.example/' } });
    analytics.identify({ userId: 'u1', anonymousId: 'a1', traits: { email: 'Ana@Example.com' } });
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: { total: 12.5 } });
    analytics.screen({ userId: 'u1', name: 'Cart' });
    analytics.group({ userId: 'u1', groupId: 'g1', traits: { seats: 3 } });
    analytics.identify({ userId: 'old', traits: { plan: 'gold' } });
    analytics.alias({ userId: 'u1', previousId: 'old' });
    await analytics.closeAndFlush();
    await serving.settled();
    expect(errors).toEqual([]);
    const people = await serving.people('segment');
    expect(people).toMatchObject([
      { id: 'u1', identifiers: { email: 'Ana@Example.com' }, traits: { plan: 'gold' } },
    ]);
    expect(people[0]?.events.toSorted()).toEqual(['Order Completed', 'group', 'page', 'screen']);
  });

  it('hears that its key is wrong', async () => {
    const analytics = new Analytics({ writeKey: 'wrong', host: serving.url, maxRetries: 0 });
    const codes: unknown[] = [];
    analytics.on('http_response', ({ status }) => codes.push(status));
    analytics.on('error', () => {});
    analytics.track({ userId: 'u1', event: 'Lost' });
    await analytics.closeAndFlush();
    expect(codes).toEqual([401]);
  });
});

describe('@rudderstack/rudder-sdk-node', () => {
  it.each([true, false])('sends every kind of call, gzip %s', async (gzip) => {
    const database = `rudder ${gzip}`;
    const key = await serving.key(database);
    const client = new RudderAnalytics(key, { dataPlaneUrl: serving.url, gzip, flushAt: 20 });
    const traits = { email: 'bo@example.com', address: { city: 'Köln' } };
    client.identify({ userId: 'u1', traits });
    client.track({ userId: 'u1', event: 'Order Completed', properties: { total: 1 } });
    client.page({ anonymousId: 'a1', name: 'Home' });
    client.alias({ userId: 'u1', previousId: 'a1' });
    await client.flush();
    await client.flush();
    await serving.settled();
    expect(await serving.people(database)).toMatchObject([
      { id: 'u1', identifiers: { email: 'bo@example.com', city: 'Köln' } },
    ]);
    const [person] = await serving.people(database);
    expect(person?.events.toSorted()).toEqual(['Order Completed', 'page']);
  });
});

const hasCurl = isThere('curl');
if (!hasCurl) console.log('curl is not here: its test is left out');

describe.runIf(hasCurl)('curl', () => {
  it('sends one call, with the key in either place', async () => {
    const key = await serving.key('curl');
    const call = (body: object) => ['--data', JSON.stringify(body), `${serving.url}/v1/identify`];
    const run = promisify(execFile);
    const traits = { plan: 'gold' };
    const first = await run('curl', ['-sS', '-u', `${key}:`, ...call({ userId: 'u1', traits })]);
    const second = await run('curl', ['-sS', ...call({ writeKey: key, userId: 'u2', traits })]);
    expect([first.stdout, second.stdout]).toEqual(['{"success":true}', '{"success":true}']);
    await serving.settled();
    expect((await serving.people('curl')).map(({ id }) => id)).toEqual(['u1', 'u2']);
  });
});

function isThere(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
