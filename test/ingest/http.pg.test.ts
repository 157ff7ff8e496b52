import { gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeWriteKey } from '#store/write-keys.ts';
import { type Serving, serveEvents } from './_serving.ts';

let serving: Serving;
let key: string;

beforeAll(async () => {
  serving = await serveEvents();
  key = await serving.key();
});

afterAll(() => serving[Symbol.asyncDispose]());

const basic = (name: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:`).toString('base64')}`,
});

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer> | object,
  headers: Record<string, string> = basic(key),
): Promise<{ status: number; answer: Record<string, unknown>; headers: Headers }> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(`${serving.url}/v1/${path}`, {
    ...{ method: 'POST', headers },
    body: isRaw ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer, headers: response.headers };
}

const track = { type: 'track', userId: 'u1', event: 'Order' };

describe('consent that calls bring along', () => {
  it('is taken from the context, and from a Global Privacy Control header for all calls', async () => {
    const headers = basic(await serving.key('consents'));
    const context = { consent: { categoryPreferences: { Ads: true } } };
    const batch = [{ ...track, userId: 'c1', context, messageId: 'consent 1' }];
    expect((await post('batch', { batch }, headers)).status).toBe(200);
    const browser = { ...headers, 'sec-gpc': '1' };
    const page = { userId: 'c2', messageId: 'consent 2' };
    expect((await post('page', page, browser)).status).toBe(200);
    await serving.settled();
    const people = await serving.people('consents');
    expect(people.map(({ id, consents }) => [id, consents])).toEqual([
      ['c1', { Ads: { given: true } }],
      ['c2', { sale_sharing: { given: false } }],
    ]);
  });
});

describe('the way in', () => {
  it.each([
    ...[
      ['identify', track],
      ['track', track],
      ['page', track],
      ['screen', track],
    ],
    ...[
      ['group', { ...track, groupId: 'g' }],
      ['alias', { ...track, previousId: 'p' }],
    ],
    ...[
      ['batch', { batch: [track] }],
      ['import', { batch: [track] }],
      ['b', { batch: [track] }],
    ],
    ...[
      ['i', track],
      ['t', track],
      ['p', track],
      ['s', track],
    ],
    ...[
      ['g', { ...track, groupId: 'g' }],
      ['a', { ...track, previousId: 'p' }],
    ],
  ] as [string, object][])('takes %s', async (path, body) => {
    expect(await post(path, body)).toMatchObject({ status: 200, answer: { success: true } });
  });

  it('takes any content type, and gzip whatever it is called', async () => {
    const body = JSON.stringify({ batch: [track] });
    for (const type of ['text/plain', 'application/json; charset=utf-8', 'image/png']) {
      expect(await post('batch', body, { ...basic(key), 'content-type': type })).toMatchObject({
        status: 200,
      });
    }
    const labels = [
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ];
    for (const label of labels) {
      expect((await post('batch', gzipSync(body), { ...basic(key), ...label })).status).toBe(200);
    }
  });

  it('says which calls of a batch it does not take, and takes the others', async () => {
    const database = 'half';
    const half = basic(await serving.key(database));
    const batch = [
      { ...track, userId: 'good' },
      { type: 'track', userId: 'bad' },
    ];
    const { status, answer } = await post('batch', { batch }, half);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      ...{ success: true, accepted: 1 },
      refused: [{ index: 1, reason: 'event is missing, not a name' }],
    });
    await serving.settled();
    expect((await serving.people(database)).map(({ id }) => id)).toEqual(['good']);
    const kept = await serving.store.query(
      `select c.reason from recent_call c join database d on d.id = c.database_id
       where d.name = $1 and not c.accepted`,
      [database],
    );
    expect(kept).toEqual([{ reason: 'event is missing, not a name' }]);
  });

  it.each([
    ['a call that cannot be taken', 400, 'INGEST_CALL_REFUSED', 'track', { userId: 'u' }],
    ['a batch of nothing else', 400, 'INGEST_CALL_REFUSED', 'batch', { batch: [{}] }],
    ['what is not JSON', 400, 'INGEST_BODY_INVALID', 'track', '{"userId":'],
    ['no batch', 400, 'INGEST_BODY_INVALID', 'batch', { batch: 'x' }],
    ['33 KB', 413, 'INGEST_TOO_LARGE', 'track', { ...track, pad: 'x'.repeat(33_000) }],
    ['501 KB', 413, 'INGEST_TOO_LARGE', 'batch', { batch: [], pad: 'x'.repeat(513_000) }],
  ] as [string, number, string, string, object][])(
    'answers %s by %d',
    async (_, status, code, path, body) => {
      expect(await post(path, body)).toMatchObject({ status, answer: { success: false, code } });
    },
  );

  it('answers no key, a wrong one and a revoked one by 401', async () => {
    expect(await post('track', track, {})).toMatchObject({
      ...{ status: 401, answer: { code: 'INGEST_KEY_MISSING' } },
    });
    const unknown = { status: 401, answer: { code: 'INGEST_KEY_UNKNOWN' } };
    expect(await post('track', track, basic('wrong'))).toMatchObject(unknown);
    const revoked = await serving.key();
    const [{ id } = { id: 0 }] = await serving.store.query<{ id: number }>(
      'select max(id) as id from write_key',
    );
    await revokeWriteKey(serving.store, id);
    expect(await post('track', track, basic(revoked))).toMatchObject(unknown);
    expect((await fetch(`${serving.url}/v1/projects/${revoked}/settings`)).status).toBe(401);
  });

  it('lets any page send, and the browser show when to come back', async () => {
    const asked = 'authorization,content-type,x-retry-count';
    const preflight = await fetch(`${serving.url}/v1/t`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-headers': asked },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(asked);
    const { headers } = await post('t', track, basic('wrong'));
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('shows the last calls to this machine, and what came after one of them', async () => {
    const read = async (after: number) => {
      const answer = await fetch(`${serving.url}/events.json?after=${after}`);
      return ((await answer.json()) as { calls: { id: number; type: string }[] }).calls;
    };
    const last = (await read(0)).at(-1)?.id ?? 0;
    await post('page', { anonymousId: 'visitor' });
    expect(await read(last)).toMatchObject([{ type: 'page', accepted: true, database: 'main' }]);
  });

  it('tells the browser SDK to send to where it asked, by https behind TLS', async () => {
    const settings = async (headers: Record<string, string>) => {
      const answer = await fetch(`${serving.url}/v1/projects/${key}/settings`, { headers });
      const document = (await answer.json()) as { integrations: Record<string, object> };
      return document.integrations['Segment.io'];
    };
    const apiHost = `${new URL(serving.url).host}/v1`;
    expect(await settings({})).toMatchObject({ apiKey: key, apiHost, protocol: 'http' });
    expect(await settings({ 'x-forwarded-proto': 'https' })).toMatchObject({ protocol: 'https' });
  });

  it('shows nothing of people without a key', async () => {
    expect((await fetch(`${serving.url}/v1/people`)).status).toBe(404);
    expect((await post('people', {})).status).toBe(404);
  });

  it('keeps the same message id apart in two databases', async () => {
    const keys = [await serving.key('one'), await serving.key('two')];
    const call = { ...track, messageId: 'the same' };
    for (const each of [...keys, ...keys]) await post('track', call, basic(each));
    await serving.settled();
    expect((await serving.people('one'))[0]?.events).toEqual(['Order']);
    expect((await serving.people('two'))[0]?.events).toEqual(['Order']);
  });

  it('takes a message again after 30 days, and not before', async () => {
    const month = basic(await serving.key('month'));
    const send = async (daysOld: number) => {
      await serving.store.query(
        `update seen_message set received_at = clock_timestamp() - make_interval(days => $1)`,
        [daysOld],
      );
      await post('track', { ...track, messageId: 'monthly' }, month);
      await serving.settled();
      return (await serving.people('month'))[0]?.events.length;
    };
    expect([await send(0), await send(29), await send(31)]).toEqual([1, 1, 2]);
  });

  it('counts a body that does not say how long it is', async () => {
    const { hostname, port } = new URL(serving.url);
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: ${basic(key).authorization}\r\ntransfer-encoding: chunked\r\n\r\n`;
    socket.write(head);
    const chunk = ' '.repeat(64_000);
    for (let i = 0; i < 9; i++) socket.write(`fa00\r\n${chunk}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1.1 413 /);
  });
});

describe('while the database is away', () => {
  it('answers 503 with a time to come back, and never 200', async () => {
    await using other = await serveEvents();
    const otherKey = await other.key();
    const send = () =>
      fetch(`${other.url}/v1/track`, {
        ...{ method: 'POST', headers: basic(otherKey), body: JSON.stringify(track) },
      });
    expect((await send()).status).toBe(200);
    await other.store.query('alter table inbox rename to inbox_away');
    const refused = await send();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    await other.store.query('alter table inbox_away rename to inbox');
    expect((await send()).status).toBe(200);
  });
});

describe('when more comes than can be written', () => {
  it('sends one database away, leaves room for the others, and loses nothing', async () => {
    await using other = await serveEvents();
    const flood = basic(await other.key('flood'));
    const calm = basic(await other.key('calm'));
    const pad = 'x'.repeat(30_000);
    /** Comes back for as long as it hears that too many bodies are on their way. */
    const send = async (headers: Record<string, string>, userId: string): Promise<string> => {
      const batch = Array.from({ length: 16 }, () => ({ ...track, userId, properties: { pad } }));
      const request = { method: 'POST', headers, body: JSON.stringify({ batch }) };
      for (;;) {
        const { status, headers: told } = await fetch(`${other.url}/v1/batch`, request);
        if (status !== 503) return `${status} ${told.get('retry-after')}`;
        await delay(20);
      }
    };
    let sent: Promise<string>[] = [];
    let quiet = Promise.resolve('');
    await other.store.tx(async (tx) => {
      await tx.query('lock table inbox');
      sent = Array.from({ length: 80 }, (_, i) => send(flood, `u${i}`));
      const turnedAway = sent.map(async (one) => expect(await one).toBe('429 1'));
      await Promise.any(turnedAway);
      await Promise.race([Promise.allSettled(turnedAway), delay(500)]);
      quiet = send(calm, 'quiet');
      await delay(200);
    });
    expect(await quiet).toBe('200 null');
    const answers = await Promise.all(sent);
    const accepted = answers.filter((answer) => answer === '200 null').length;
    expect(accepted).toBeGreaterThan(20);
    expect(answers.filter((answer) => answer === '429 1')).toHaveLength(80 - accepted);
    await other.settled();
    expect(await other.people('flood')).toHaveLength(accepted);
  });
});
