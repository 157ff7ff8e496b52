import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { OAuth2Server } from 'oauth2-mock-server';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMailer, type Mailer } from '#alerts/mail.ts';
import { Secret } from '#config/secret.ts';
import { listAudit } from '#store/audit.ts';
import { changeLoginUser, findLoginUser } from '#store/login-users.ts';
import { setSignInRules } from '#store/sign-in-rules.ts';
import { type Browser, type Door, openDoor } from './_door.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const password = 'correct horse battery';
const mails: { to: readonly string[]; text: string }[] = [];
/** What the server for mail says to the next one who writes to it. */
let refuses = false;
let smtp: SMTPServer;
let mailer: Mailer;
let provider: OAuth2Server;
/** Of whoever goes to the provider next. */
let said: object = {};
const anaThere = { sub: 'ana', email: 'ana@example.com', email_verified: true };
let door: Door;
let ana: Browser;

beforeAll(async () => {
  smtp = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'] },
    onRcptTo: (_, __, done) => done(refuses ? new Error('no such mailbox') : null),
    onData(stream, { envelope }, done) {
      void text(stream).then((mail) => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), text: plain(mail) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as AddressInfo;
  provider = new OAuth2Server();
  await provider.issuer.keys.generate('RS256');
  await provider.start(0, 'localhost');
  // It signs two tokens, and the one that says who somebody is is the one for us.
  provider.service.on('beforeTokenSigning', ({ payload }: { payload: Record<string, unknown> }) => {
    if (payload['aud'] === 'muster') Object.assign(payload, said);
  });
  mailer = createMailer(new Secret(`smtp://127.0.0.1:${port}`), 'muster@example.com');
  door = await openDoor({
    singleSignOn: {
      ...{ name: 'Company', issuer: provider.issuer.url ?? '', clientId: 'muster' },
      clientSecret: new Secret('between the two of them'),
    },
    publicUrl: 'https://people.example/muster',
    mailer,
  });
  ana = door.browser();
  const first = { token: await door.firstStart(), email: 'ana@example.com', name: 'Ana', password };
  expect((await ana.ask('POST', '/auth/accept', first)).body).toEqual({ next: 'signed-in' });
});
afterAll(async () => {
  await door[Symbol.asyncDispose]();
  await provider.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
});
beforeEach(() => {
  mails.length = 0;
  refuses = false;
});

/** Lines that quoted-printable has broken, whole again. */
function plain(mail: string): string {
  return mail.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
}

function tokenIn(mail: string | undefined): string {
  return /https:\/\/people\.example\/muster\/welcome#([\w-]+)/.exec(mail ?? '')?.[1] ?? 'none';
}

const forgot = (email: string, who = door.browser()) =>
  who.ask('POST', '/auth/forgot', { email }, { 'x-forwarded-for': '198.51.100.7' });

describe('a forgotten password', () => {
  it('is set anew by a link that goes to its owner alone', async () => {
    const asked = await forgot('ANA@example.com');
    expect(asked).toMatchObject({ status: 202, body: { mail: true } });
    await vi.waitUntil(() => mails.length > 0, { timeout: 60_000, interval: 50 });
    expect(mails.map(({ to }) => to)).toEqual([['ana@example.com']]);
    const wish = { token: tokenIn(mails[0]?.text), password: 'another horse battery' };
    const back = await door.browser().ask('POST', '/auth/accept', wish);
    expect(back.body).toEqual({ next: 'signed-in' });
    const old = { email: 'ana@example.com', password };
    expect((await door.browser().ask('POST', '/auth/sign-in', old)).status).toBe(401);
    const again = await ana.ask('POST', '/auth/sign-in', { ...old, password: wish.password });
    expect(again.body).toEqual({ next: 'signed-in' });
  });

  it('is answered the same to whoever asks, and nothing goes to who may not sign in', async () => {
    const out = { token: await door.invite('out@example.com', { role: 'viewer' }), password };
    await door.browser().ask('POST', '/auth/accept', out);
    const { store } = door.place.muster;
    await store.tx(async (tx) => {
      const user = await findLoginUser(tx, 'out@example.com');
      await changeLoginUser(tx, user.id, { ...user, disabled: true });
    });
    const answers = [];
    for (const email of ['nobody@example.com', 'out@example.com', 'ana@example.com']) {
      answers.push(await forgot(email));
    }
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 202, body: answers[0]?.body });
    }
    // The last one asked is the first that is known: by then the others would have gone.
    await vi.waitUntil(() => mails.length > 0, { timeout: 60_000, interval: 50 });
    expect(mails.map(({ to }) => to)).toEqual([['ana@example.com']]);
  });

  it('that the server for mail does not take is written down, and answered the same', async () => {
    refuses = true;
    expect(await forgot('ana@example.com')).toMatchObject({ status: 202, body: { mail: true } });
    const found = () => audit('login.reset-not-mailed');
    await vi.waitUntil(async () => (await found()).length > 0, { timeout: 60_000, interval: 50 });
    expect((await found())[0]?.detail).toEqual({ code: 'MAIL_FAILED' });
    expect(mails).toEqual([]);
  });
});

describe('an invitation', () => {
  const invite = (email: string) => ana.ask('POST', '/invitations', { email, role: 'viewer' });

  it('goes to whom it is for', async () => {
    const { status, body } = await invite('bo@example.com');
    expect(status).toBe(201);
    expect(body).toMatchObject({ mailed: true, mailError: null });
    expect(mails.map(({ to }) => to)).toEqual([['bo@example.com']]);
    const token = tokenIn(mails[0]?.text);
    expect(body['url']).toBe(`https://people.example/muster/welcome#${token}`);
    const bo = await door.browser().ask('POST', '/auth/accept', { token, name: 'Bo', password });
    expect(bo.body).toEqual({ next: 'signed-in' });
  });

  it('stands when its mail is not taken, and says so', async () => {
    refuses = true;
    const { status, body } = await invite('cleo@example.com');
    expect(status).toBe(201);
    expect(body).toMatchObject({ mailed: false, mailError: 'MAIL_FAILED' });
    expect(body['url']).toContain('/welcome#');
  });
});

describe('single sign-on', () => {
  it('lets in who has an account, and writes that down', async () => {
    const back = await throughProvider({ sub: 'bo', email: 'BO@example.com' });
    expect(back.location).toBe('https://people.example/muster/');
    expect((await back.browser.ask('GET', '/me')).body).toMatchObject({
      ...{ name: 'Bo', email: 'bo@example.com', role: 'viewer' },
    });
    expect(back.browser.setCookies.at(-1)).toMatch(/^__Host-muster_[^;]+;.*HttpOnly; Secure/);
    const logins = await audit('login');
    expect(logins[0]).toMatchObject({ actorName: 'Bo', detail: { by: 'single sign-on' } });
    // Nothing that the provider gave is kept.
    const kept = await door.place.muster.store.query(
      `select access_token, refresh_token, id_token from login_credential where provider_id = 'oidc'`,
    );
    expect(kept).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  it('lets in who is invited, with what they were invited to, by the link no more', async () => {
    const token = await door.invite('dan@example.com', { role: 'editor', credentials: false });
    const wish = { sub: 'dan', email: 'dan@example.com', name: 'Dan' };
    const { browser, location } = await throughProvider(wish);
    expect(location).toBe('https://people.example/muster/');
    expect((await browser.ask('GET', '/me')).body).toMatchObject({
      ...{ name: 'Dan', role: 'editor', credentials: false, personalData: true },
    });
    const late = await door.browser().ask('POST', '/auth/accept', { token, password });
    expect(late.body).toMatchObject({ code: 'LINK_UNKNOWN' });
    // The same person with another address there is still the same person here.
    const again = await throughProvider({ ...wish, email: 'daniel@example.com' });
    expect((await again.browser.ask('GET', '/me')).body).toMatchObject({ name: 'Dan' });
  });

  it.each([
    ['is not invited', { sub: 'eve', email: 'eve@example.com' }],
    ['may not sign in any more', { sub: 'out', email: 'out@example.com' }],
    ['has not proved the address', { sub: 'x', email: 'ana@example.com', email_verified: false }],
    ['has no address', { sub: 'y', email: undefined }],
    ['has a token that is for another application', { ...anaThere, aud: 'another' }],
    ['has a token of another provider', { ...anaThere, iss: 'https://evil.example' }],
    ['has a token of another sign-in', { ...anaThere, nonce: 'another' }],
    ['has a token that is over', { ...anaThere, exp: 1_700_000_000 }],
  ])('refuses who %s', async (_, claims) => {
    const refused = (await audit('login.refused')).length;
    const { browser, location } = await throughProvider(claims);
    expect(location).toMatch(/^https:\/\/people\.example\/muster\/sign-in\?error=/);
    expect(location).not.toContain('example.com');
    expect((await browser.ask('GET', '/me')).status).toBe(401);
    expect(await audit('login.refused')).toHaveLength(refused + 1);
    const { items } = (await ana.ask('GET', '/users')).body as { items: { email: string }[] };
    expect(items.map(({ email }) => email)).not.toContain('eve@example.com');
  });

  it.each([
    ['nobody signed', () => ''],
    ['was changed after it was signed', (signature: string) => signature],
    ['somebody else signed', () => 'A'.repeat(342)],
  ])('refuses a token that %s', async (what, signatureOf) => {
    const coded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    let forged = 0;
    const forge = ({ body }: { body: Record<string, unknown> }) => {
      const [head = '', payload = '', signature = ''] = String(body['id_token']).split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const isUnsigned = what === 'nobody signed';
      const header = isUnsigned ? coded({ alg: 'none', typ: 'JWT' }) : head;
      const changed = isUnsigned ? payload : coded({ ...claims, email: 'ana@example.com' });
      body['id_token'] = `${header}.${changed}.${signatureOf(signature)}`;
      forged += 1;
    };
    provider.service.once('beforeResponse', forge);
    const { browser, location } = await throughProvider({ sub: 'eve', email: 'bo@example.com' });
    expect(forged).toBe(1);
    expect(location).toContain('/sign-in?error=');
    expect((await browser.ask('GET', '/me')).status).toBe(401);
  });

  it('counts as a second factor unless an owner says that it does not', async () => {
    const { store } = door.place.muster;
    const { browser } = await throughProvider({ sub: 'bo', email: 'bo@example.com' });
    await setSignInRules(store, { secondFactorNeeded: true, singleSignOnSuffices: true });
    expect((await browser.ask('GET', '/audiences')).status).toBe(200);
    expect((await ana.ask('GET', '/audiences')).body).toMatchObject({
      code: 'LOGIN_FACTOR_NEEDED',
    });
    await setSignInRules(store, { secondFactorNeeded: true, singleSignOnSuffices: false });
    expect((await browser.ask('GET', '/audiences')).body).toMatchObject({
      code: 'LOGIN_FACTOR_NEEDED',
    });
    await setSignInRules(store, { secondFactorNeeded: false, singleSignOnSuffices: true });
    expect((await browser.ask('GET', '/audiences')).status).toBe(200);
  });

  it('does not sign in a browser in which nobody began it', async () => {
    const { search } = await toProvider(door.browser(), anaThere);
    const other = door.browser();
    const back = await other.ask('GET', `/auth/callback/oidc${search}`);
    expect(back.headers.get('location')).toContain('/sign-in?error=');
    expect((await other.ask('GET', '/me')).status).toBe(401);
  });
});

/** To the provider and to the way back, as somebody with these claims. */
async function toProvider(browser: Browser, claims: object): Promise<URL> {
  const { status, body } = await browser.ask('POST', '/auth/single-sign-on', {});
  expect(status).toBe(200);
  const there = new URL(String(body['url']));
  expect(there.origin).toBe(provider.issuer.url);
  expect(there.searchParams.get('code_challenge_method')).toBe('S256');
  said = claims;
  const response = await fetch(there, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? '');
  expect(back.href).toContain('https://people.example/muster/api/v1/auth/callback/oidc?');
  return back;
}

async function throughProvider(claims: object) {
  const browser = door.browser();
  const { search } = await toProvider(browser, claims);
  // As a browser comes from another site.
  const from = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  const back = await browser.ask('GET', `/auth/callback/oidc${search}`, undefined, from);
  expect(back.status).toBe(302);
  return { browser, location: back.headers.get('location') ?? '' };
}

async function audit(action: string | null) {
  const filter = { beforeId: null, limit: 1_000, action, actorName: null, databaseIds: null };
  return await listAudit(door.place.muster.store, filter);
}

it('lets no line of a subject become a header of a mail', async () => {
  const subject = 'Gold\r\nBcc: eve@example.com\r\nX-Evil: 1\r\n\r\nHello';
  await mailer.send({ to: 'bo@example.com', subject, text: 'As it is' });
  expect(mails.map(({ to }) => to)).toEqual([['bo@example.com']]);
  expect(mails[0]?.text).not.toMatch(/^(bcc|x-evil):/im);
});

it('leaves no link and no address in the audit log', async () => {
  const text = JSON.stringify(await audit(null));
  expect(text).toContain('login.reset-mailed');
  expect(text).not.toMatch(/welcome|@example\.com/);
});
