import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '#store/db.ts';
import { changeLoginUser, findLoginUser, type Rights } from '#store/login-users.ts';
import { revokeApiKey, useApiKey } from '#store/api-keys.ts';
import { listInvitations, withdrawInvitation } from '#store/one-time-links.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { hashOfSecret } from './api-key.ts';
import { createKey } from './create-key.ts';
import { acceptLink, describeLink, everything, invite, offerLink, offerReset } from './links.ts';
import { verifyPassword } from './password.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});
beforeEach(async () => {
  await store.query('delete from login_user');
  await store.query('delete from one_time_link');
});

const password = 'correct horse battery';
const blank = { name: null, email: null, password };
const viewer: Rights = { ...everything, role: 'viewer', personalData: false, databaseIds: [1] };

async function inviteAs(email: string, rights: Rights): Promise<string> {
  const wish = { ...rights, email, madeBy: 'Ana' };
  return (await store.tx((tx) => invite(tx, wish, randomBytes))).token;
}

async function passwordOf(email: string): Promise<string> {
  const [row] = await store.query<{ password: string }>(
    `select c.password from login_credential c join login_user u on u.id = c.user_id
     where u.email = $1`,
    [email],
  );
  return row?.password ?? '';
}

it('lets somebody in once by an invitation, with the rights it names', async () => {
  const first = await inviteAs('Ana@Example.com', everything);
  expect(await acceptLink(store, { ...blank, token: first, name: 'Ana' })).toMatchObject({
    ...{ email: 'ana@example.com', name: 'Ana', role: 'owner', databaseIds: null },
  });
  const token = await inviteAs('bo@example.com', viewer);
  expect(await describeLink(store, token)).toMatchObject({ kind: 'invitation', role: 'viewer' });
  const both = [acceptLink(store, { ...blank, token }), acceptLink(store, { ...blank, token })];
  const ended = await Promise.allSettled(both);
  expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await findLoginUser(store, 'BO@example.com')).toMatchObject({ ...viewer, name: 'bo' });
  expect(await verifyPassword(await passwordOf('bo@example.com'), password)).toBe(true);
  await expect(describeLink(store, token)).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
});

it('keeps no link: what is stored does not open anything', async () => {
  const token = await inviteAs('ana@example.com', viewer);
  const [row] = await store.query<{ all: string }>('select l::text as all from one_time_link l');
  expect(row?.all).not.toContain(token);
  expect(row?.all).not.toContain(Buffer.from(token).toString('hex'));
});

it('refuses an address that may sign in already, and what is none', async () => {
  const token = await inviteAs('ana@example.com', viewer);
  await acceptLink(store, { ...blank, token });
  await expect(inviteAs('ANA@example.com', viewer)).rejects.toMatchObject({ code: 'USER_EXISTS' });
  for (const email of ['ana', 'a b@c', '<x>@y', 'a@b@c', '']) {
    await expect(inviteAs(email, viewer), email).rejects.toMatchObject({
      code: 'USER_EMAIL_INVALID',
    });
  }
});

it('opens by the newest link alone', async () => {
  const older = await inviteAs('ana@example.com', viewer);
  const newer = await inviteAs('ana@example.com', viewer);
  await expect(describeLink(store, older)).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
  expect(await listInvitations(store)).toHaveLength(1);
  await acceptLink(store, { ...blank, token: newer });
});

it('keeps a link that was refused for its password', async () => {
  const token = await inviteAs('ana@example.com', viewer);
  const weak = acceptLink(store, { ...blank, token, password: 'short' });
  await expect(weak).rejects.toMatchObject({ code: 'PASSWORD_WEAK' });
  await acceptLink(store, { ...blank, token });
});

it('makes one owner at the first start, whoever else has such a link', async () => {
  const offer = { ...everything, kind: 'first-start' as const, madeBy: 'serve' };
  const { token } = await store.tx((tx) => offerLink(tx, offer, randomBytes));
  await acceptLink(store, { ...blank, token, email: 'ana@example.com' });
  const late = await store.tx((tx) => offerLink(tx, offer, randomBytes));
  const second = acceptLink(store, { ...blank, token: late.token, email: 'eve@example.com' });
  await expect(second).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
});

it('gives the first who is invited no more than the invitation names', async () => {
  const token = await inviteAs('bo@example.com', viewer);
  expect(await acceptLink(store, { ...blank, token })).toMatchObject(viewer);
});

it('sets a new password by a link, ends all sessions, and not for who is disabled', async () => {
  await acceptLink(store, { ...blank, token: await inviteAs('ana@example.com', everything) });
  await acceptLink(store, { ...blank, token: await inviteAs('bo@example.com', viewer) });
  const bo = await findLoginUser(store, 'bo@example.com');
  await store.query(
    `insert into login_session (id, token, user_id, expires_at)
     values ('s', 't', $1, muster_now() + interval '1 hour')`,
    [bo.id],
  );
  const reset = () => store.tx((tx) => offerReset(tx, bo, 'Ana', randomBytes));
  const { token } = await reset();
  await acceptLink(store, { ...blank, token, password: 'another horse battery' });
  expect(await verifyPassword(await passwordOf('bo@example.com'), 'another horse battery')).toBe(
    true,
  );
  expect(await store.query('select from login_session')).toEqual([]);
  const again = await reset();
  await store.tx((tx) => changeLoginUser(tx, bo.id, { ...bo, disabled: true }));
  const late = acceptLink(store, { ...blank, token: again.token });
  await expect(late).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
});

it('leaves somebody who may do everything', async () => {
  const token = await inviteAs('ana@example.com', viewer);
  const ana = await acceptLink(store, { ...blank, token });
  for (const change of [
    { ...ana, role: 'admin' as const, disabled: false },
    { ...ana, disabled: true },
    { ...ana, databaseIds: [1], disabled: false },
  ]) {
    const taken = store.tx((tx) => changeLoginUser(tx, ana.id, change));
    await expect(taken).rejects.toMatchObject({ code: 'USER_LAST_OWNER' });
  }
});

it('opens nothing any more by an invitation that was withdrawn', async () => {
  const token = await inviteAs('ana@example.com', viewer);
  const [invitation] = await listInvitations(store);
  await withdrawInvitation(store, invitation?.id ?? 0);
  await expect(describeLink(store, token)).rejects.toMatchObject({ code: 'LINK_UNKNOWN' });
});

it('opens by an API key until it ends or is revoked, and keeps no key', async () => {
  const wish = {
    ...{ ...viewer, name: 'reports', madeBy: 'Ana', madeById: null, lastsMs: 3_600_000 },
  };
  const { key, made } = await createKey(store, wish, randomBytes);
  expect(await useApiKey(store, hashOfSecret(key))).toMatchObject({ ...viewer, name: 'reports' });
  const [row] = await store.query<{ all: string; used: Date }>(
    'select k::text as all, last_used_at as used from api_key k',
  );
  expect(row?.all).not.toContain(key.slice(4, 30));
  expect(row?.used).toBeInstanceOf(Date);
  await store.query(`update api_key set ends_at = muster_now() - interval '1 second'`);
  expect(await useApiKey(store, hashOfSecret(key))).toBeNull();
  await store.query('update api_key set ends_at = null');
  await revokeApiKey(store, made.id);
  expect(await useApiKey(store, hashOfSecret(key))).toBeNull();
});
