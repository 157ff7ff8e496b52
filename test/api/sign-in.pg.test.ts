import { hash } from 'node:crypto';
import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Secret } from '#config/secret.ts';
import { SignIn } from '#http/auth/sign-in.ts';
import { listAudit, verifyAudit } from '#store/audit.ts';
import { changeLoginUser, findLoginUser } from '#store/login-users.ts';
import { setSignInRules } from '#store/sign-in-rules.ts';
import { type Browser, type Door, openDoor } from './_door.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let door: Door;
let ana: Browser;
const password = 'correct horse battery';
const other = 'another horse battery';

beforeAll(async () => {
  door = await openDoor();
  ana = door.browser();
});
afterAll(async () => await door[Symbol.asyncDispose]());

/** As many addresses as there are tests: their attempts are counted apart. */
let addresses = 0;
function elsewhere(): Record<string, string> {
  addresses += 1;
  return { 'x-forwarded-for': `198.51.100.${addresses}` };
}

async function signedIn(email: string, rights = {}): Promise<Browser> {
  const browser = door.browser();
  const token = await door.invite(email, rights);
  const answer = await browser.ask('POST', '/auth/accept', { token, password }, elsewhere());
  expect(answer.body).toEqual({ next: 'signed-in' });
  return browser;
}

describe('the first start', () => {
  it('lets a stranger see nothing but how to sign in', async () => {
    const stranger = door.browser();
    expect((await stranger.ask('GET', '/auth/state')).body).toEqual({
      ...{ signedIn: false, firstStart: true, singleSignOn: null },
    });
    expect((await stranger.ask('GET', '/me')).status).toBe(401);
    expect((await stranger.ask('GET', '/audiences')).status).toBe(401);
  });

  it('makes an owner by the link of the terminal, once', async () => {
    const token = await door.firstStart();
    const asked = await ana.ask('POST', '/auth/link', { token });
    expect(asked.body).toMatchObject({ kind: 'first-start', email: null });
    const weak = { token, email: 'ana@example.com', name: 'Ana', password: 'short' };
    expect((await ana.ask('POST', '/auth/accept', weak)).body).toMatchObject({
      ...{ status: 422, code: 'PASSWORD_WEAK' },
    });
    const answer = await ana.ask('POST', '/auth/accept', { ...weak, password });
    expect(answer.body).toEqual({ next: 'signed-in' });
    expect((await ana.ask('GET', '/me')).body).toMatchObject({
      ...{ kind: 'user', name: 'Ana', email: 'ana@example.com', role: 'owner', databases: null },
      ...{ personalData: true, credentials: true, secondFactor: false },
    });
    const again = await door.browser().ask('POST', '/auth/accept', { ...weak, password });
    expect(again.body).toMatchObject({ status: 404, code: 'LINK_UNKNOWN' });
    expect((await ana.ask('GET', '/auth/state')).body).toMatchObject({
      ...{ signedIn: true, firstStart: false },
    });
  });

  it('gives a cookie that no script reads and no other site sends', () => {
    expect(ana.setCookies).toHaveLength(1);
    expect(ana.setCookies[0]).toMatch(
      /^muster_session=[^;]{60,}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });
});

describe('signing in and out', () => {
  it('says the same to a wrong password and to an address that nobody has', async () => {
    const answers = await Promise.all(
      ['ana@example.com', 'nobody@example.com', 'no address'].map((email) =>
        door.browser().ask('POST', '/auth/sign-in', { email, password: 'wrong' }, elsewhere()),
      ),
    );
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect(body).toEqual(answers[0]?.body);
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  it('ends a session for good, whoever kept its cookie', async () => {
    const bo = await signedIn('bo@example.com', { role: 'editor' });
    const kept = new Map(bo.cookies);
    expect((await bo.ask('POST', '/auth/sign-out', {})).status).toBe(204);
    expect(bo.cookies.size).toBe(0);
    bo.cookies = kept;
    expect((await bo.ask('GET', '/me')).status).toBe(401);
  });

  it('takes no session from outside, and another one at each sign-in', async () => {
    const bo = door.browser();
    bo.cookies.set('muster_session', 'chosen.by.eve');
    const wish = { email: 'BO@example.com', password };
    await bo.ask('POST', '/auth/sign-in', wish, elsewhere());
    const first = bo.cookies.get('muster_session');
    expect(first).not.toBe('chosen.by.eve');
    await bo.ask('POST', '/auth/sign-in', wish, elsewhere());
    expect(bo.cookies.get('muster_session')).not.toBe(first);
  });

  it('has no use for what a stolen table holds', async () => {
    const [row] = await door.place.muster.store.query<{ token: string }>(
      'select token from login_session limit 1',
    );
    const eve = door.browser();
    eve.cookies.set('muster_session', row?.token ?? '');
    expect((await eve.ask('GET', '/me')).status).toBe(401);
    eve.cookies.set('muster_session', `${row?.token}.${'A'.repeat(43)}%3D`);
    expect((await eve.ask('GET', '/me')).status).toBe(401);
  });

  it('shows where one is signed in, ends it elsewhere, and all others at a new password', async () => {
    const cleo = await signedIn('cleo@example.com');
    const there = door.browser();
    const wish = { email: 'cleo@example.com', password };
    await there.ask('POST', '/auth/sign-in', wish, elsewhere());
    const { items } = (await cleo.ask('GET', '/me/sessions')).body as {
      items: { id: string; current: boolean; address: string }[];
    };
    expect(items.filter(({ current }) => current)).toHaveLength(1);
    expect(items).toHaveLength(2);
    const far = items.find(({ current }) => !current);
    expect(far?.address).toMatch(/^198\.51\.100\./);
    expect((await ana.ask('DELETE', `/me/sessions/${far?.id}`)).status).toBe(404);
    expect((await cleo.ask('DELETE', `/me/sessions/${far?.id}`)).status).toBe(204);
    expect((await there.ask('GET', '/me')).status).toBe(401);
    await there.ask('POST', '/auth/sign-in', wish, elsewhere());
    const wrong = { current: 'wrong', password: other };
    expect((await cleo.ask('POST', '/me/password', wrong, elsewhere())).status).toBe(401);
    const right = { current: password, password: other };
    expect((await cleo.ask('POST', '/me/password', right, elsewhere())).status).toBe(204);
    expect((await there.ask('GET', '/me')).status).toBe(401);
    expect((await cleo.ask('GET', '/me')).status).toBe(200);
  });

  it('ends idle sessions, and old ones in any case', async () => {
    const { store } = door.place.muster;
    const dora = await signedIn('dora@example.com');
    const whose = `user_id = (select id from login_user where email = 'dora@example.com')`;
    await store.query(
      `update login_session set created_at = created_at - interval '7 days' where ${whose}`,
    );
    expect((await dora.ask('GET', '/me')).status).toBe(401);
    const wish = { email: 'dora@example.com', password };
    await dora.ask('POST', '/auth/sign-in', wish, elsewhere());
    expect((await dora.ask('GET', '/me')).status).toBe(200);
    await store.query(
      `update login_session set expires_at = now() - interval '1 s' where ${whose}`,
    );
    expect((await dora.ask('GET', '/me')).status).toBe(401);
  });

  it('lets nobody in who was disabled, at once', async () => {
    const { store } = door.place.muster;
    const emil = await signedIn('emil@example.com');
    const user = await findLoginUser(store, 'emil@example.com');
    await store.tx((tx) => changeLoginUser(tx, user.id, { ...user, disabled: true }));
    expect((await emil.ask('GET', '/me')).status).toBe(401);
    const wish = { email: 'emil@example.com', password };
    const answer = await emil.ask('POST', '/auth/sign-in', wish, elsewhere());
    expect(answer.body).toMatchObject({ code: 'LOGIN_REFUSED' });
    expect((await emil.ask('GET', '/me')).status).toBe(401);
  });
});

describe('a second factor', () => {
  it('is asked for once it was confirmed, and a backup code counts once', async () => {
    const fay = await signedIn('fay@example.com');
    const begun = await fay.ask('POST', '/me/second-factor', { password }, elsewhere());
    const { uri, backupCodes } = begun.body as { uri: string; backupCodes: string[] };
    const app = URI.parse(uri);
    if (!(app instanceof TOTP)) throw new Error('no TOTP');
    const wrong = { code: '000000' };
    const wish = { email: 'fay@example.com', password };
    const before = await door.browser().ask('POST', '/auth/sign-in', wish, elsewhere());
    expect(before.body).toEqual({ next: 'signed-in' });
    const confirm = { code: app.generate() };
    expect((await fay.ask('POST', '/me/second-factor/confirm', confirm)).status).toBe(204);
    expect((await fay.ask('GET', '/me')).body).toMatchObject({ secondFactor: true });

    const later = door.browser();
    const step = await later.ask('POST', '/auth/sign-in', wish, elsewhere());
    expect(step.body).toEqual({ next: 'second-factor' });
    expect((await later.ask('GET', '/me')).status).toBe(401);
    const refused = await later.ask('POST', '/auth/second-factor', wrong, elsewhere());
    expect(refused.body).toMatchObject({ status: 401, code: 'LOGIN_CODE_REFUSED' });
    const spent = await later.ask('POST', '/auth/second-factor', confirm, elsewhere());
    expect(spent.body).toMatchObject({ status: 401, code: 'LOGIN_CODE_REFUSED' });
    expect((await later.ask('GET', '/me')).status).toBe(401);
    const old = { code: app.generate({ timestamp: Date.now() - 300_000 }) };
    const late = await later.ask('POST', '/auth/second-factor', old, elsewhere());
    expect(late.body).toMatchObject({ status: 401, code: 'LOGIN_CODE_REFUSED' });
    const guess = { password: 'not her password' };
    expect((await fay.ask('DELETE', '/me/second-factor', guess, elsewhere())).status).toBe(401);
    // That of the next half minute is good already.
    const code = { code: app.generate({ timestamp: Date.now() + 30_000 }) };
    const lost = { code: ` ${(backupCodes[0] ?? '').toUpperCase()}` };
    for (const shown of [code, lost]) {
      for (const expected of [200, 401]) {
        const browser = door.browser();
        await browser.ask('POST', '/auth/sign-in', wish, elsewhere());
        const answer = await browser.ask('POST', '/auth/second-factor', shown, elsewhere());
        expect([shown, answer.status]).toEqual([shown, expected]);
        expect((await browser.ask('GET', '/me')).status).toBe(expected);
      }
    }
    const last = { code: backupCodes[1] ?? '' };
    await later.ask('POST', '/auth/sign-in', wish, elsewhere());
    const passed = await later.ask('POST', '/auth/second-factor', last, elsewhere());
    expect(passed.body).toEqual({ next: 'signed-in' });
    expect((await later.ask('DELETE', '/me/second-factor', { password })).status).toBe(204);
    const after = await door.browser().ask('POST', '/auth/sign-in', wish, elsewhere());
    expect(after.body).toEqual({ next: 'signed-in' });
  });

  it('keeps its secret sealed', async () => {
    const gus = await signedIn('gus@example.com');
    const begun = await gus.ask('POST', '/me/second-factor', { password }, elsewhere());
    const { uri, backupCodes } = begun.body as { uri: string; backupCodes: string[] };
    const secret = new URL(uri).searchParams.get('secret') ?? '';
    const rows = await door.place.muster.store.query<{ all: string }>(
      'select f::text as all from login_two_factor f',
    );
    const held = rows.map(({ all }) => all).join();
    expect(secret.length).toBeGreaterThan(20);
    expect(held).not.toContain(secret);
    expect(held).not.toContain(backupCodes[0]);
    // 120 bits, so that a hash that is worked out fast is enough.
    expect(backupCodes).toHaveLength(10);
    for (const code of backupCodes) {
      expect(code).toMatch(/^([a-z2-9]{6}-){3}[a-z2-9]{6}$/);
      expect(held).toContain(hash('sha256', code.replaceAll('-', '')));
    }
  });
});

describe('a second factor that everybody needs', () => {
  const needed = { secondFactorNeeded: true, singleSignOnSuffices: true };
  const optional = { ...needed, secondFactorNeeded: false };

  it('is an owner’s to ask for, and lets nobody do anything else before it is shown', async () => {
    const ida = await signedIn('ida@example.com', { role: 'admin' });
    expect((await ida.ask('PUT', '/sign-in-rules', needed)).status).toBe(403);
    const key = await ana.ask('POST', '/keys', { name: 'script', role: 'viewer' });
    expect((await ana.ask('PUT', '/sign-in-rules', needed)).body).toEqual(needed);

    // At once, whoever asked for it too; what is not the API as well.
    for (const one of [ida, ana]) {
      for (const path of ['/audiences', '/users', '/sign-in-rules', '/me/sessions', '/keys']) {
        const { status, body } = await one.ask('GET', path);
        expect([path, status, body['code']]).toEqual([path, 403, 'LOGIN_FACTOR_NEEDED']);
      }
    }
    const headers = { cookie: [...ana.cookies].map(([name, value]) => `${name}=${value}`).join() };
    for (const path of ['/status', '/status.json', '/events.json']) {
      expect([path, (await fetch(`${door.url}${path}`, { headers })).status]).toEqual([path, 403]);
    }
    const asKey = { authorization: `Bearer ${String(key.body['key'])}` };
    expect((await door.browser().ask('GET', '/me', undefined, asKey)).status).toBe(200);
    expect((await door.browser().ask('GET', '/audiences', undefined, asKey)).status).toBe(200);

    expect((await ida.ask('GET', '/me')).body).toMatchObject({ secondFactorMissing: true });
    const begun = await ida.ask('POST', '/me/second-factor', { password }, elsewhere());
    const app = URI.parse(String(begun.body['uri']));
    expect((await ida.ask('GET', '/audiences')).status).toBe(403);
    const confirm = { code: app instanceof TOTP ? app.generate() : '' };
    expect((await ida.ask('POST', '/me/second-factor/confirm', confirm)).status).toBe(204);
    expect((await ida.ask('GET', '/audiences')).status).toBe(200);
    expect((await ida.ask('GET', '/me')).body).toMatchObject({ secondFactorMissing: false });

    // Without it again, that session is as it was before.
    await ida.ask('DELETE', '/me/second-factor', { password });
    expect((await ida.ask('GET', '/audiences')).status).toBe(403);
    expect((await ida.ask('POST', '/auth/sign-out', {})).status).toBe(204);
    await setSignInRules(door.place.muster.store, optional);
    expect((await ana.ask('GET', '/audiences')).status).toBe(200);
  });
});

it('says what to do about a forgotten password where no mail is set up', async () => {
  for (const email of ['ana@example.com', 'nobody@example.com']) {
    const asked = await door.browser().ask('POST', '/auth/forgot', { email }, elsewhere());
    expect(asked.status).toBe(202);
    expect(asked.body).toEqual({
      mail: false,
      next: expect.stringContaining('muster user reset ADDRESS') as string,
    });
  }
});

describe('guessing', () => {
  it('ends after ten tries at an account, from wherever they come, there or not', async () => {
    await signedIn('hal@example.com');
    for (const email of ['hal@example.com', 'nobody-at-all@example.com']) {
      const codes: unknown[] = [];
      for (let i = 0; i < 12; i++) {
        const wish = { email, password: `guess ${i}` };
        const { body, headers } = await door
          .browser()
          .ask('POST', '/auth/sign-in', wish, elsewhere());
        codes.push(body['code']);
        if (i > 10) expect(Number(headers.get('retry-after'))).toBeGreaterThan(600);
      }
      expect(codes.filter((code) => code === 'LOGIN_REFUSED')).toHaveLength(10);
      expect(codes.slice(10)).toEqual(['LOGIN_LIMITED', 'LOGIN_LIMITED']);
    }
    const right = { email: 'hal@example.com', password };
    const late = await door.browser().ask('POST', '/auth/sign-in', right, elsewhere());
    expect(late.body).toMatchObject({ code: 'LOGIN_LIMITED' });
    // A process that has just started counts on: what was tried is in the database.
    const restarted = new SignIn({
      ...{ store: door.place.muster.store, singleSignOn: null, mailer: null },
      ...{ publicUrl: () => door.url, secret: () => Promise.resolve(new Secret('another')) },
    });
    const visit = { headers: new Headers(), address: '198.51.100.250' };
    await expect(restarted.byPassword(visit, right.email, password)).rejects.toMatchObject({
      code: 'LOGIN_LIMITED',
    });
  });

  it('ends after a hundred tries from an address, whatever they are about', async () => {
    const from = elsewhere();
    let refused = 0;
    for (let i = 0; i < 104; i++) {
      const { status } = await door.browser().ask('POST', '/auth/link', { token: `x${i}` }, from);
      if (status === 404) refused += 1;
      else expect(status).toBe(429);
    }
    expect(refused).toBe(100);
  });
});

describe('pages of other sites', () => {
  it.each([
    ['says so', { 'sec-fetch-site': 'cross-site' }],
    ['comes from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['names another origin', { origin: 'https://evil.example' }],
    ['has no origin', { origin: 'null' }],
    ['is a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['is a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['is JSON that says it is text', { 'content-type': 'text/plain;charset=utf-8' }],
  ])('change nothing by a request that %s', async (_, headers) => {
    const answer = await ana.ask('POST', '/auth/sign-out', {}, headers);
    expect(answer.body).toMatchObject({ status: 403, code: 'LOGIN_CROSS_SITE' });
    expect((await ana.ask('GET', '/me')).status).toBe(200);
  });

  it('are not what our own page is', async () => {
    const own = { origin: door.url, 'sec-fetch-site': 'same-origin' };
    const answer = await ana.ask('POST', '/auth/link', { token: 'x' }, { ...own, ...elsewhere() });
    expect(answer.status).toBe(404);
  });
});

it('writes down who signed in and who was refused, and names nobody by address', async () => {
  const { store } = door.place.muster;
  const filter = { beforeId: null, limit: 1_000, actorName: null, databaseIds: null };
  const logins = await listAudit(store, { ...filter, action: 'login' });
  expect(logins.some(({ actorName }) => actorName === 'Ana')).toBe(true);
  const refused = await listAudit(store, { ...filter, action: 'login.refused' });
  expect(refused.length).toBeGreaterThan(20);
  expect(JSON.stringify([...logins, ...refused])).not.toContain('@example.com');
  expect((await verifyAudit(store)).brokenAt).toBeNull();
});
