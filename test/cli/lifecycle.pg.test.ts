import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk } from './_muster.ts';

/** An audience from its activation to its deletion, as somebody at a shell has it. */
let desk: Desk;
let database: Awaited<ReturnType<typeof testDatabase>>;
let sandboxUrl: string;
let meta: string;

beforeAll(async () => {
  database = await testDatabase();
  desk = await openDesk({ DATABASE_URL: database.url });
  const { firstLine } = await desk.start(['sandbox', '--port', '0']);
  sandboxUrl = (JSON.parse(firstLine) as { url: string }).url;
  await desk.json(['connect', '--sandbox']);
  const file = join(desk.directory, 'people.csv');
  const rows = [1, 2, 3, 4].map((n) => `${n},p${n}@x.org,gold`);
  await writeFile(file, `id,email,plan\n${rows.join('\n')}\n`);
  await desk.json(['import', file]);
  await desk.muster(
    ['audience', 'create', 'gold', '--rule', '-'],
    '{"trait":"plan","op":"equals","value":"gold"}',
  );
  meta = (await desk.json<{ metaAudienceId: string }>(['sync', 'gold'])).metaAudienceId;
});
afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await database.drop();
});

async function heldIds(): Promise<string[]> {
  const text = await (await fetch(`${sandboxUrl}/_sandbox/audiences/${meta}/rows`)).text();
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as string[])[0] ?? '').toSorted();
}

it('goes its whole way', async () => {
  // Opt-outs leave by a disabled integration, and nothing else does.
  const { integrations } = await desk.json<{ integrations: { name: string; adAccount: string }[] }>(
    [...['integration', 'list']],
  );
  const name = integrations[0]?.name ?? '';
  await desk.json(['integration', 'disable', name]);
  expect((await desk.muster(['sync', 'gold'])).stderr).toContain('DESTINATION_DISABLED');
  expect(await desk.json(['consent', '1', '--no'])).toMatchObject({ state: 'left' });
  expect(await heldIds()).toEqual(['2', '3', '4']);
  await desk.json(['integration', 'enable', name]);

  const deactivated = await desk.json(['audience', 'deactivate', 'gold']);
  expect(deactivated).toMatchObject({ state: 'deactivated', metaAudienceId: meta, removal: null });
  expect(await desk.json(['audience', 'list'])).toEqual({ audiences: [] });
  const { audiences } = await desk.json<{ audiences: object[] }>(['audience', 'list', '--all']);
  expect(audiences).toMatchObject([{ name: 'gold', state: 'deactivated', metaAudienceId: null }]);
  expect(await desk.json(['sync', '--all'])).toEqual({ audiences: [] });

  // And from an audience whose people were left.
  expect(await desk.json(['consent', '2', '--no'])).toMatchObject({ state: 'left' });
  expect(await heldIds()).toEqual(['3', '4']);

  const activated = await desk.json(['audience', 'activate', 'gold']);
  expect(activated).toMatchObject({ metaAudienceId: meta });
  expect(await desk.json(['sync', 'gold'])).toMatchObject({ state: 'succeeded', members: 2 });

  const renamed = await desk.json(['audience', 'rename', 'gold', 'Gold club', '--at-meta']);
  expect(renamed).toEqual({
    ...{ audience: 'Gold club', formerly: 'gold', nameAtMeta: 'Gold club' },
    askedAboutBy: [],
  });

  const emptied = await desk.json(['audience', 'deactivate', 'Gold club', '--remove-people']);
  expect(emptied).toMatchObject({ state: 'deactivated', removal: { removed: 2 } });
  expect(await heldIds()).toEqual([]);

  const wrong = await desk.muster(['audience', 'delete-at-meta', 'Gold club', '--confirm', 'gold']);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain('CONFIRMATION_WRONG');
  const sure = ['audience', 'delete-at-meta', 'Gold club', '--confirm', 'Gold club'];
  const account = integrations[0]?.adAccount;
  const spring = { id: '5001', account, name: 'Spring', audiences: [meta] };
  const body = JSON.stringify({ adSets: [spring] });
  expect((await fetch(`${sandboxUrl}/_sandbox/ads`, { method: 'POST', body })).status).toBe(200);
  const done = await desk.muster([...sure, '--json']);
  expect(done.stderr).toContain('An ad set uses this Meta audience: “Spring” (ACTIVE).');
  expect(JSON.parse(done.stdout)).toMatchObject({ metaAudienceId: meta, deleted: true });
  const shown = await desk.json(['audience', 'show', 'Gold club']);
  expect(shown).toMatchObject({ state: 'deactivated' });
});
