import { describe, expect, it } from 'vitest';
import type { MiddlewareHandler } from 'hono';
import { createApp } from './app.ts';
import type { Principal } from './auth/principal.ts';
import { nextStep } from './next-step.ts';
import type { AudienceShown, Overview } from './overview.ts';

const at = new Date('2026-11-22T10:17:30Z');

const audience: AudienceShown = {
  ...{ id: '1', name: 'gold', databaseId: '1', database: 'main' },
  ...{ integrationId: '1', integration: 'Shop', adAccount: 'act_1', sandbox: false },
  ...{
    state: 'up to date',
    members: 1_234,
    metaAudienceId: '238',
    way: 'rule',
    rule: {},
    ruleMode: 'match',
    ruleDaily: false,
    eventKey: null,
    evaluated: true,
    sweepOff: false,
  },
  ...{ customerFileSource: 'USER_PROVIDED_ONLY', createdAt: at, activatedAt: at, nextRunAt: at },
  ...{
    membersChangedAt: at,
    synchronizedAt: at,
    heldRunId: null,
    heldBecause: [],
    heldForApproval: false,
    finishesAt: null,
    atSandbox: null,
    atMeta: null,
  },
  definition: 'people whose plan is “gold”',
  heldBack: { noConsent: 0, noConsentBy: {}, notEnoughIdentifiers: 0, badRequest: 0, noValue: 0 },
  valueBased: false,
  ...{ description: '', optOutLink: null, optOutRefused: false, connector: false },
  ...{ folder: null, labels: [], version: 1, entity: 'people', schedule: { kind: 'hourly' } },
  ...{ runsFrom: null, runsUntil: null, paused: false, lookalikes: [] },
  lastRun: {
    ...{ runId: '7', trigger: 'manual', state: 'succeeded', error: null, releasedBy: null },
    ...{ startedAt: at, finishedAt: at, added: 3, removed: 2, accepted: 5, rejected: 1 },
    ...{ rejectedBy: { 'email is no hash': 1 }, requestsUsed: 2 },
    ...{ badRequests: 2, badRequestsBy: { 'phone: all zeros': 2 } },
  },
};

const overview: Overview = {
  ...{
    at,
    dataDirectory: '/data',
    sandbox: null,
    imports: [],
    optOuts: [],
    erasuresOverdue: 0,
    drifts: [],
    next: 'Nothing `to do`',
  },
  server: { version: '18.4', bytes: 1, kind: 'embedded' },
  databases: [{ name: 'main', profiles: 12_345, defaultCountry: 'DE' }],
  integrations: [
    {
      ...{ name: 'Shop', database: 'main', adAccount: 'act_1', sandbox: false, enabled: true },
      ...{
        apiUrl: 'https://graph.facebook.com',
        externalIdAllowed: false,
        requiredConsents: [],
        connection: 'shop',
        appId: null,
        stoppedFor: null,
        connectionStoppedFor: null,
      },
    },
  ],
  connections: [],
  versionWarning: null,
  quotas: [],
  audiences: [audience],
};

const olga: Principal = {
  ...{ kind: 'user', id: '1', name: 'Olga', role: 'owner' },
  ...{ personalData: true, credentials: true, databases: 'all' },
};

function readsFor(principal: Principal | null) {
  const authenticate: MiddlewareHandler = async (context, next) => {
    if (principal !== null) context.set('principal', principal);
    await next();
  };
  return {
    ...{ basePath: '/', authenticate },
    overview: () => Promise.resolve(overview),
    ping: (): Promise<unknown> => Promise.resolve(),
    recentCalls: () => Promise.resolve([]),
  };
}

async function get(path: string, shown: Overview = overview): Promise<Response> {
  return await createApp({ ...readsFor(olga), overview: () => Promise.resolve(shown) }).request(
    path,
  );
}

describe('the status page', () => {
  it('shows what was accepted, rejected and why', async () => {
    const page = await (await get('/status')).text();
    expect(page).toContain('5 rows accepted, 1 rejected');
    expect(page).toContain('1 rejected: email is no hash');
    expect(page).toContain('<td class="number">12,345</td>');
    expect(page).toContain('Nothing <code>to do</code>');
  });

  it('says sandbox where there is one, and nowhere else', async () => {
    expect(await (await get('/status')).text()).not.toMatch(/sandbox/i);
    const simulated = { ...audience, sandbox: true, atSandbox: { rowsHeld: 9, peopleMatched: 8 } };
    const page = await (await get('/status', { ...overview, audiences: [simulated] })).text();
    expect(page).toContain('<strong>Sandbox.</strong>');
    expect(page).toContain('gold <span class="mark">sandbox</span>');
    expect(page).toContain('<dt>People the sandbox matched</dt><dd>8</dd>');
  });

  it('takes names for text, whatever they hold', async () => {
    const hostile = { ...audience, name: '<script>alert(1)</script>' };
    const page = await (await get('/status', { ...overview, audiences: [hostile] })).text();
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });

  it('reads well when there is nothing yet', async () => {
    const nothing = { ...overview, audiences: [], integrations: [], databases: [] };
    const page = await (await get('/status', nothing)).text();
    expect(page).toContain('There is none yet.');
    expect(page).not.toContain('undefined');
  });
});

describe('the rest of it', () => {
  it('gives the check-list where there is one', async () => {
    const doctor = () => Promise.resolve({ ok: true, connections: [] });
    const answer = await createApp({ ...readsFor(olga), doctor }).request('/doctor.json');
    expect(await answer.json()).toEqual({ ok: true, connections: [] });
    expect((await get('/doctor.json')).status).toBe(404);
  });

  it.each(['/status', '/status.json', '/events.json', '/doctor.json', '/nothing', '/runs/1'])(
    'tells a stranger nothing at %s',
    async (path) => {
      const answer = await createApp(readsFor(null)).request(path);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'API_LOGIN_NEEDED' });
    },
  );

  it.each([{ databases: [1] }, { personalData: false }])(
    'keeps what is about everybody from who sees a part: %j',
    async (less) => {
      const app = createApp(readsFor({ ...olga, ...less }));
      expect((await app.request('/status.json')).status).toBe(403);
    },
  );

  it.each([
    ['/muster/', '/muster/status.json'],
    ['/muster/', '/status.json'],
    ['/', '/status.json'],
  ])('under %s answers %s', async (basePath, path) => {
    const app = createApp({ ...readsFor(olga), basePath });
    expect((await app.request(path)).status).toBe(200);
    expect((await app.request(`/other${path}`)).status).toBe(404);
  });

  it('guards every answer by its headers, the refusals too', async () => {
    for (const path of ['/healthz', '/status', '/nothing']) {
      const { headers } = await createApp(readsFor(null)).request(path);
      expect(Object.fromEntries(headers), path).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
        ),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('is not well when the database does not answer', async () => {
    const ping = () => Promise.reject(new Error('secret detail'));
    const answer = await createApp({ ...readsFor(null), ping }).request('/healthz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false });
  });
});

describe('nextStep', () => {
  const { databases, integrations } = overview;
  const step = (shown: AudienceShown) =>
    nextStep({ databases, integrations, connections: [], audiences: [audience, shown] });

  it.each([
    [{ databases: [], integrations: [], audiences: [] }, 'muster demo'],
    [{ databases, integrations: [], audiences: [] }, 'muster connect'],
    [{ databases, integrations, audiences: [] }, 'muster audience create'],
    [{ databases, integrations, audiences: [audience] }, 'Nothing'],
  ])('goes the way one step further', (known, expected) => {
    expect(nextStep({ ...known, connections: [] })).toContain(expected);
  });

  it('names first what waits for somebody, then what failed, then what is behind', () => {
    const behind = { ...audience, name: 'two words', state: 'pending' } as const;
    expect(step(behind)).toBe('`muster sync "two words"`');
    const error = { code: 'META_TOKEN', message: 'no', next: 'Connect again.' };
    const lastRun = { ...audience.lastRun, state: 'failed', error } as AudienceShown['lastRun'];
    const failed = { ...behind, lastRun };
    expect(step(failed)).toBe('Connect again. Then `muster sync "two words"`');
    expect(step({ ...failed, heldRunId: '9' })).toContain('`muster release 9 --by YOUR_NAME`');
  });
});
