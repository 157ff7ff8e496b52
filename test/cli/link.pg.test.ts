import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let ready: { url: string; adAccounts: { id: string }[]; token: string };

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  ready = JSON.parse((await desk.start(['sandbox', '--port', '0'])).firstLine) as typeof ready;
  await desk.json(['connect', '--sandbox']);
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

const RULE = '{"trait":"plan","op":"exists"}';

/** An audience that somebody made at Meta, in the account at that place. */
async function makeAtMeta(place: number): Promise<string> {
  const account = ready.adAccounts[place]?.id ?? '';
  const answer = await fetch(`${ready.url}/v26.0/${account}/customaudiences`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ name: 'Made by hand', subtype: 'CUSTOM', description: '' },
      customer_file_source: 'USER_PROVIDED_ONLY',
    }),
  });
  return ((await answer.json()) as { id: string }).id;
}

async function create(name: string, link: string) {
  return await desk.muster(
    ['audience', 'create', name, '--rule', '-', '--link', link, '--json'],
    RULE,
  );
}

it('links a Meta audience that is there, once', async () => {
  const id = await makeAtMeta(0);
  const { code, stdout } = await create('linked', id);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ metaAudienceId: id, state: 'never' });
  const second = await create('second', id);
  expect(second.code).toBe(2);
  expect(second.stderr).toMatch(/META_AUDIENCE_LINKED.*“linked”/);
  const activated = await desk.json(['audience', 'activate', 'linked']);
  expect(activated).toMatchObject({ metaAudienceId: id });
});

it.each([
  ['is not there', () => Promise.resolve('123'), 'META_'],
  ['is of another account', () => makeAtMeta(1), 'META_AUDIENCE'],
  ['is no id', () => Promise.resolve('Made by hand'), 'META_ID'],
])('links none that %s, and makes no audience then', async (_, idOf, error) => {
  const { code, stderr } = await create('wrong', await idOf());
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(error);
  const shown = await desk.muster(['audience', 'show', 'wrong']);
  expect(shown.stderr).toContain('AUDIENCE_UNKNOWN');
});

it('takes the name that it has at Meta, and a template for a rule', async () => {
  const id = await makeAtMeta(0);
  const made = await desk.json(['audience', 'create', '--template', 'recent-buyers', '--link', id]);
  expect(made).toMatchObject({
    name: 'Made by hand',
    metaAudienceId: id,
    rule: { event: 'Order Completed', within_last: { days: 30 } },
  });
});

it('makes nothing before anything is connected, and says how', async () => {
  const empty = await testDatabase();
  const alone = await openDesk({ DATABASE_URL: empty.url });
  try {
    const { code, stderr } = await alone.muster(['audience', 'create', 'a', '--rule', '-'], RULE);
    expect(code).toBe(2);
    expect(stderr).toMatch(/NOT_CONNECTED[^]*muster connect --guide/);
  } finally {
    await alone[Symbol.asyncDispose]();
    await empty.drop();
  }
});

interface Listed {
  readonly customerLists: number;
  readonly audiences: readonly {
    readonly metaAudienceId: string;
    readonly name: string;
    readonly subtype: string;
    readonly linkable: boolean;
    readonly reason: string | null;
    readonly linkedTo: string | null;
  }[];
}

it('lists what an ad account has, and says of each whether it can be linked and why not', async () => {
  const [free, taken] = [await makeAtMeta(0), await makeAtMeta(0)];
  expect(await create('listed', taken)).toMatchObject({ code: 0 });
  const own = await desk.json<Listed>(['connection', 'audiences', '--search', 'BY HAND']);
  const linked = own.audiences.find(({ metaAudienceId }) => metaAudienceId === taken);
  expect(linked).toMatchObject({ linkable: false, linkedTo: 'listed' });
  expect(own.audiences.find(({ metaAudienceId }) => metaAudienceId === free)).toMatchObject({
    linkable: true,
    reason: null,
  });
  const byId = await desk.json<Listed>(['connection', 'audiences', '--search', free]);
  expect(byId.audiences.map(({ metaAudienceId }) => metaAudienceId)).toEqual([free]);
  expect(byId.customerLists).toBe(own.customerLists);

  const account = ready.adAccounts[2]?.id ?? '';
  const others = await desk.json<Listed>(['connection', 'audiences', '--ad-account', account]);
  const website = others.audiences.find(({ subtype }) => subtype === 'WEBSITE');
  expect(website).toMatchObject({ linkable: false });
  expect(website?.reason).toContain('website visitors');
  const refused = await create('wrong', website?.metaAudienceId ?? '');
  expect(refused.stderr).toContain('not a customer list');
});

it('cannot use the stored token without the key it was sealed with', async () => {
  const stranger = await openDesk({ DATABASE_URL: database.url });
  await using _ = stranger;
  const { code, stderr } = await stranger.muster(['audience', 'activate', 'linked']);
  expect(code).toBe(1);
  expect(stderr).toContain('Error TOKEN_SEALED');
});
