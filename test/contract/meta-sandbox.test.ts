import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { createMetaClient, type MetaClient } from '#meta/client.ts';
import { systemClock } from '#meta/clock.ts';
import type { Fetch } from '#meta/exchange.ts';
import { createGovernor } from '#meta/governor.ts';
import { apiHost, defaultVersion, type WireUsers } from '#meta/wire.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { serveSandbox } from '#sandbox/serve.ts';

/** Where the client is tried: one suite, the same assertions everywhere. */
interface Place {
  readonly client: MetaClient;
  /** The same place, asked with another token or as another version. */
  clientWith(given: { token?: string; version?: string }): MetaClient;
  readonly account: string;
  readonly sandbox: Sandbox | null;
  close(): Promise<void>;
}

function clientAt(
  fetchThere: Fetch,
  apiBase: string,
  token: string,
  version = defaultVersion,
): MetaClient {
  return createMetaClient({
    version,
    fetch: fetchThere,
    apiBase,
    token,
    clock: systemClock,
    governor: createGovernor(systemClock, () => 0),
    timeouts: { headersMs: 1_000, bodyMs: 1_000, totalMs: 2_000 },
  });
}

async function openInProcess(): Promise<Place> {
  const sandbox = await openSandbox({ directory: null, clock: Date.now, random: seeded(1) });
  const fetchThere: Fetch = (url, init) => sandbox.fetch(new Request(url, init));
  const clientWith: Place['clientWith'] = ({ token = sandbox.token, version }) =>
    clientAt(fetchThere, 'http://sandbox.invalid', token, version);
  const account = must(sandbox.adAccounts[0], 'an ad account').id;
  const client = clientWith({});
  return { client, clientWith, account, sandbox, close: () => sandbox.close() };
}

async function openOnPort(): Promise<Place> {
  const place = await openInProcess();
  const sandbox = must(place.sandbox, 'a sandbox');
  const served = await serveSandbox(sandbox, { port: 0, host: '127.0.0.1' });
  const clientWith: Place['clientWith'] = ({ token = sandbox.token, version }) =>
    clientAt(fetch, served.url, token, version);
  return {
    ...place,
    client: clientWith({}),
    clientWith,
    async close() {
      await served.close();
      await place.close();
    },
  };
}

/** The real thing, for whoever gives a token and an ad account for tests. */
function openLive(token: string, account: string): Place {
  const clientWith: Place['clientWith'] = (given) =>
    createMetaClient({
      fetch,
      apiBase: apiHost,
      token,
      clock: systemClock,
      governor: createGovernor(systemClock, Math.random),
      ...given,
    });
  return { client: clientWith({}), clientWith, account, sandbox: null, close: async () => {} };
}

/** Park and Miller's generator: the same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

let sessions = 0;

function body(schema: string[], data: string[][]): Uint8Array {
  sessions += 1;
  const session = {
    session_id: Date.now() * 1_000 + sessions,
    batch_seq: 1,
    last_batch_flag: true,
  };
  const upload: WireUsers = { payload: { schema, data }, session };
  return new TextEncoder().encode(JSON.stringify(upload));
}

const places: (readonly [string, () => Promise<Place>])[] = [
  ['the sandbox in process', openInProcess],
  ['the sandbox on a port', openOnPort],
];
const { MUSTER_LIVE_TOKEN: liveToken, MUSTER_LIVE_AD_ACCOUNT: liveAccount } = process.env;
if (liveToken !== undefined && liveAccount !== undefined) {
  places.push(['Meta itself', async () => openLive(liveToken, liveAccount)]);
}

/** How every audience begins that this suite makes. */
const mark = 'Muster contract: ';

describe.each(places)('%s', (_, open) => {
  let place: Place;
  let client: MetaClient;
  const made: string[] = [];

  beforeAll(async () => {
    place = await open();
    client = place.client;
    // What a run that was cut short has left behind carries our mark, and goes first.
    for await (const { id, name } of client.findAudiences(place.account)) {
      if (name?.startsWith(mark) === true) made.push(id);
    }
    await clear();
  });
  afterAll(async () => {
    await clear();
    await place.close();
  });

  async function clear(): Promise<void> {
    for (const audienceId of made.splice(0)) {
      await client.deleteAudience({ account: place.account, audienceId });
    }
  }

  async function makeAudience(name: string): Promise<string> {
    const answer = await client.createAudience({
      account: place.account,
      name: `${mark}${name}`,
      description: 'Made by a test of Muster',
      customerFileSource: 'USER_PROVIDED_ONLY',
    });
    if (answer.outcome !== 'clean') throw new Error(answer.problem.words);
    made.push(answer.body);
    return answer.body;
  }

  test('says who the token is, and answers as the version asked for', async () => {
    expect(await client.me()).toMatchObject({ outcome: 'clean' });
    expect(client.servedVersion()).toBe(client.version);
  });

  test('reaches the ad account, its business and its terms', async () => {
    const accounts = await Array.fromAsync(client.adAccounts());
    expect(accounts.map(({ id }) => id)).toContain(place.account);
    expect(await client.adAccount(place.account)).toMatchObject({
      outcome: 'clean',
      body: { id: place.account, active: true, termsAccepted: true },
    });
  });

  test('knows what the token may do', async () => {
    expect(await client.permissions()).toContain('ads_management');
  });

  test('a token that is none stops the connection', async () => {
    const other = place.clientWith({ token: 'EAAnone' });
    expect(await other.me()).toMatchObject({
      outcome: 'refused',
      problem: { code: 190, meaning: 'token invalid', class: 'stop connection' },
    });
  });

  test('an old version is refused as such, or answered as a newer one', async () => {
    const old = place.clientWith({ version: 'v15.0' });
    const answer = await old.adAccount(place.account);
    const meaning = answer.outcome === 'clean' ? null : answer.problem.meaning;
    expect(meaning === 'version retired' || old.servedVersion() !== 'v15.0').toBe(true);
  });

  test('knows its own token', async () => {
    const token = liveToken !== undefined && place.sandbox === null ? liveToken : null;
    const own = token ?? must(place.sandbox, 'a sandbox').token;
    expect(await client.debugToken(own)).toMatchObject({ outcome: 'clean', body: { valid: true } });
  });

  test('an audience is made, found, read, renamed and deleted', async () => {
    const audienceId = await makeAudience('a life');
    const at = { account: place.account, audienceId };
    const found = await Array.fromAsync(client.findAudiences(place.account));
    expect(found.map(({ id }) => id)).toContain(audienceId);
    expect(await client.readAudience(at)).toMatchObject({
      outcome: 'clean',
      body: { name: `${mark}a life`, subtype: 'CUSTOM', account: place.account },
    });
    expect(await client.updateAudience(at, { name: `${mark}renamed` })).toMatchObject({
      outcome: 'clean',
    });
    expect(await client.deleteAudience(at)).toMatchObject({ outcome: 'clean' });
    expect(await client.readAudience(at)).toMatchObject({
      outcome: 'refused',
      problem: { meaning: 'audience not found', class: 'stop audience' },
    });
    made.splice(made.indexOf(audienceId), 1);
  });

  test('people are added and removed, and what is badly hashed is named', async () => {
    const audienceId = await makeAudience('people');
    const at = { account: place.account, audienceId };
    const rows = [[hash('mary@example.com')], [hash('john@example.com')], ['no hash']];
    const added = await client.users({ ...at, direction: 'add', body: body(['EMAIL'], rows) });
    expect(added).toMatchObject({ outcome: 'clean', numReceived: 3, numInvalid: 1 });
    const samples = added.outcome === 'clean' ? [...added.samples.keys()] : [];
    expect(samples).toEqual(['["no hash"]']);
    const gone = body(['EMAIL'], [[hash('mary@example.com')]]);
    expect(await client.users({ ...at, direction: 'remove', body: gone })).toMatchObject({
      outcome: 'clean',
      numReceived: 1,
      numInvalid: 0,
    });
    const everywhere = body(['EMAIL'], [[hash('john@example.com')]]);
    expect(
      await client.removeFromEveryAudience({ account: place.account, body: everywhere }),
    ).toMatchObject({ outcome: 'clean' });
  });

  test('what an upload received can be read back from its session', async () => {
    const audienceId = await makeAudience('a session');
    const at = { account: place.account, audienceId };
    const rows = [[hash('mary@example.com')], [hash('john@example.com')]];
    const added = await client.users({ ...at, direction: 'add', body: body(['EMAIL'], rows) });
    const sessionId = added.outcome === 'clean' ? (added.sessionId ?? '') : '';
    expect(sessionId).toMatch(/^\d+$/);
    expect(await client.session({ ...at, sessionId })).toMatchObject({ outcome: 'clean' });
  });

  test('what was made is listed, each once', async () => {
    const ids = new Set<string>();
    for (let number = 0; number < 3; number += 1) ids.add(await makeAudience(`page ${number}`));
    const found: string[] = [];
    for await (const { id } of client.findAudiences(place.account)) found.push(id);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining([...ids]));
  });

  test('a row that does not fit its schema refuses the request, with no effect', async () => {
    const audienceId = await makeAudience('bad shape');
    const bad = body(['EMAIL', 'PHONE'], [[hash('mary@example.com')]]);
    const at = { account: place.account, audienceId };
    expect(await client.users({ ...at, direction: 'add', body: bad })).toMatchObject({
      outcome: 'refused',
      problem: { code: 100 },
    });
  });
});

describe('what the sandbox can be told to do wrong', () => {
  const faults = [
    ['requestLost', 'uncertain', 'no answer in time'],
    ['timeoutAfterCommit', 'uncertain', 'no answer in time'],
    ['lateApply', 'uncertain', 'no answer in time'],
    ['resetBefore', 'uncertain', 'connection lost'],
    ['resetAfter', 'uncertain', 'connection lost'],
    ['serverErrorBefore', 'uncertain', 'unknown at Meta'],
    ['serverErrorAfter', 'uncertain', 'unknown at Meta'],
    ['resetDuring', 'uncertain', 'connection lost'],
    ['resetInAnswer', 'uncertain', null],
    ['truncatedBody', 'uncertain', 'answer not understood'],
    ['emptyBody', 'uncertain', 'answer not understood'],
    ['textBody', 'uncertain', 'answer not understood'],
    ['slowAnswer', 'uncertain', 'no answer in time'],
    ['permissionMissing', 'refused', 'permission missing'],
    ['audienceFlagged', 'refused', 'audience flagged'],
    ['htmlBody', 'uncertain', 'answer not understood'],
    ['throttle', 'refused', 'account throttled'],
    ['tokenDead', 'refused', 'token expired'],
    ['termsRevoked', 'refused', 'terms not accepted'],
    ['malformed', 'refused', 'parameter refused'],
    ['transient', 'uncertain', 'fault at Meta'],
    ['audienceGone', 'refused', 'audience not found'],
    ['aliasMissing', 'refused', 'audience not found'],
  ] as const;

  for (const [name, open] of places.slice(0, 2)) {
    test.each(faults)(`${name}: %s is %s`, async (fault, outcome, meaning) => {
      const place = await open();
      const { client, account } = place;
      const words = {
        name: 'A',
        description: '',
        customerFileSource: 'USER_PROVIDED_ONLY',
      } as const;
      const created = await client.createAudience({ account, ...words });
      const audienceId = created.outcome === 'clean' ? created.body : '';
      must(place.sandbox, 'a sandbox').faults.arm({ name: fault, on: 'users', lagMs: 0 });
      const rows = body(['EMAIL'], [[hash('mary@example.com')]]);
      const answer = await client.users({ account, audienceId, direction: 'add', body: rows });
      expect(answer).toMatchObject({ outcome, problem: meaning === null ? {} : { meaning } });
      await place.close();
    });
  }
});

test('all 500 audiences that an account may hold are found, and the 501st is refused', async () => {
  const place = await openInProcess();
  const { client, account } = place;
  const words = { description: '', customerFileSource: 'USER_PROVIDED_ONLY' } as const;
  const made = new Set<string>();
  for (let number = 0; number < 500; number += 1) {
    const answer = await client.createAudience({ account, name: `A${number}`, ...words });
    if (answer.outcome === 'clean') made.add(answer.body);
  }
  const found = await Array.fromAsync(client.findAudiences(account));
  expect(new Set(found.map(({ id }) => id))).toEqual(made);
  expect(found).toHaveLength(500);
  const answer = await client.createAudience({ account, name: 'One more', ...words });
  expect(answer.outcome).toBe('refused');
  await place.close();
});
