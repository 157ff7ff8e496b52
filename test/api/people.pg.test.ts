import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Browser, type Door, openDoor } from './_door.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let door: Door;
let ana: Browser;
const password = 'correct horse battery';
const less = { personalData: false, credentials: false, databaseIds: null };

beforeAll(async () => {
  door = await openDoor({ publicUrl: 'https://example.com/muster' });
  ana = door.browser();
  const token = await door.firstStart();
  await ana.ask('POST', '/auth/accept', { token, email: 'ana@example.com', name: 'Ana', password });
});
afterAll(async () => await door[Symbol.asyncDispose]());

async function joins(url: unknown): Promise<Browser> {
  const browser = door.browser();
  const [, token] = /#(.+)$/.exec(String(url)) ?? [];
  await browser.ask('POST', '/auth/accept', { token, password });
  return browser;
}

it('keeps the cookie to https and to its host, where people come by https', () => {
  expect(ana.setCookies[0]).toMatch(
    /^__Host-muster_session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

it('invites, changes and disables people', async () => {
  const wish = { email: 'Bo@example.com', role: 'editor', databaseIds: ['1'] };
  const invited = await ana.ask('POST', '/invitations', wish);
  expect(invited.body).toMatchObject({
    ...{ email: 'bo@example.com', role: 'editor', databaseIds: ['1'], personalData: false },
    url: expect.stringMatching(/^https:\/\/example\.com\/muster\/welcome#[\w-]{32}$/),
  });
  expect(invited.status).toBe(201);
  const bo = await joins(invited.body['url']);
  const me = (await bo.ask('GET', '/me')).body;
  expect(me).toMatchObject({ role: 'editor', databases: ['1'] });
  const path = `/users/${String(me['id'])}/rights`;
  const { version } = (await ana.ask('GET', `/users/${String(me['id'])}`)).body;
  const from = (seen: unknown) => ({ 'if-match': `"${String(seen)}"` });
  const change = { ...less, role: 'viewer', disabled: false };
  expect((await ana.ask('PUT', path, change)).body).toMatchObject({ code: 'API_VERSION_MISSING' });
  const changed = await ana.ask('PUT', path, change, from(version));
  expect(changed.body).toMatchObject({ role: 'viewer', databaseIds: null, disabledAt: null });
  expect((await bo.ask('GET', '/me')).body).toMatchObject({ role: 'viewer', databases: null });
  const late = await ana.ask('PUT', path, { ...change, role: 'editor' }, from(version));
  expect(late.body).toMatchObject({ status: 412, code: 'API_CHANGED' });
  expect((await bo.ask('GET', '/me')).body).toMatchObject({ role: 'viewer' });
  await ana.ask('PUT', path, { ...change, disabled: true }, from(changed.body['version']));
  expect((await bo.ask('GET', '/me')).status).toBe(401);
});

it('lets nobody give more than they have, or take from who has more', async () => {
  const invited = await ana.ask('POST', '/invitations', {
    ...{ email: 'cleo@example.com', role: 'admin', credentials: true },
  });
  const cleo = await joins(invited.body['url']);
  for (const more of [{ role: 'owner' }, { role: 'viewer', personalData: true }]) {
    const wish = { email: 'eve@example.com', ...more };
    expect((await cleo.ask('POST', '/invitations', wish)).status).toBe(403);
    expect((await cleo.ask('POST', '/keys', { name: 'eve', ...more })).status).toBe(403);
  }
  const { id } = (await ana.ask('GET', '/me')).body;
  const down = { ...less, role: 'viewer', disabled: true };
  expect((await cleo.ask('PUT', `/users/${String(id)}/rights`, down)).status).toBe(403);
  expect((await cleo.ask('POST', `/users/${String(id)}/reset`, {})).status).toBe(403);
  const { items } = (await cleo.ask('GET', '/users')).body as { items: { email: string }[] };
  expect(items.map(({ email }) => email)).not.toContain('ana@example.com');
  const last = await ana.ask('PUT', `/users/${String(id)}/rights`, down, { 'if-match': '*' });
  expect(last.body).toMatchObject({ status: 409, code: 'USER_LAST_OWNER' });
});

it('makes keys that may do what they say, are shown once, and end', async () => {
  const made = await ana.ask('POST', '/keys', { name: 'reports', role: 'viewer', days: 1 });
  const { key, id } = made.body as { key: string; id: string };
  const script = door.browser();
  const as = { authorization: `Bearer ${key}` };
  expect((await script.ask('GET', '/me', undefined, as)).body).toMatchObject({
    ...{ kind: 'key', name: 'reports', role: 'viewer', email: null, personalData: false },
  });
  expect((await script.ask('GET', '/users', undefined, as)).status).toBe(403);
  expect(JSON.stringify((await ana.ask('GET', '/keys')).body)).not.toContain(key);
  expect((await ana.ask('POST', `/keys/${id}/revoke`, {})).status).toBe(200);
  expect((await script.ask('GET', '/me', undefined, as)).status).toBe(401);
});

it('writes down what was done, and shows that nobody changed it', async () => {
  const { items } = (await ana.ask('GET', '/audit?limit=100')).body as {
    items: { action: string; subject: string; actor: { name: string } }[];
  };
  const done = items.map(({ action }) => action);
  for (const action of ['createInvitation', 'changeUser', 'createKey', 'revokeKey', 'login']) {
    expect(done).toContain(action);
  }
  expect(items[0]).toMatchObject({ actor: { name: 'Ana' }, action: 'revokeKey' });
  expect(items[0]?.subject).toMatch(/^\/keys\/\d+\/revoke$/);
  const page = (await ana.ask('GET', '/audit?limit=2')).body;
  expect(page['items']).toHaveLength(2);
  expect(page['next']).toMatch(/^\d+$/);
  const verdict = (await ana.ask('GET', '/audit/verify')).body;
  expect(verdict).toMatchObject({ brokenAt: null, knownHead: null });
});

it('shows whoever has one database the invitations to it that they made, and takes them back', async () => {
  const limits = { ...less, databaseIds: ['1'] };
  const asked = await ana.ask('POST', '/invitations', {
    ...{ ...limits, email: 'dora@example.com', role: 'owner' },
  });
  const dora = await joins(asked.body['url']);
  const made = await dora.ask('POST', '/invitations', {
    ...{ ...limits, email: 'emil@example.com', role: 'viewer' },
  });
  expect(made.status).toBe(201);
  const listed = await dora.ask('GET', '/invitations');
  expect(listed.body).toMatchObject({ items: [{ email: 'emil@example.com', databaseIds: ['1'] }] });
  const withdrawn = await dora.ask('DELETE', `/invitations/${String(made.body['id'])}`);
  expect(withdrawn.status).toBe(204);
  expect((await dora.ask('GET', '/invitations')).body).toMatchObject({ items: [] });
});
