import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { directoryForTest, hash, openForTest, origin, seededRandom } from './_opened.ts';
import { schemaSteps } from './schema.ts';
import type { ReadyLine } from './truth.ts';

async function startProcess(directory: string): Promise<{ child: ChildProcess; ready: ReadyLine }> {
  const script = join(import.meta.dirname, '_sandbox-process.ts');
  const child = spawn(process.execPath, [script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(must(child.stdout, 'a pipe'), 'data')) as [Buffer];
  return { child, ready: JSON.parse(line.toString()) as ReadyLine };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('what it was told is there after it was closed and opened again', async () => {
  const directory = directoryForTest();
  const first = await openForTest({ directory });
  const id = await first.createAudience('Kept');
  const schema = ['EXTERN_ID', 'EMAIL'];
  await first.add(id, schema, [
    ['c-1', hash('1')],
    ['c-2', hash('2')],
  ]);
  await first.call('POST', `${id}/users`, {
    payload: { schema, data: [['c-3', hash('3')]] },
    session: { session_id: 5, last_batch_flag: true },
  });
  first.sandbox.faults.arm({ name: 'lateApply', lagMs: 60_000 });
  const late = first.sandbox.fetch(`${origin}/v26.0/${id}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${first.sandbox.token}` },
    body: JSON.stringify({ payload: { schema, data: [['c-4', hash('4')]] } }),
    signal: AbortSignal.timeout(20),
  });
  await expect(late).rejects.toThrow(/timeout/);
  const before = await first.truth(id);
  await first.sandbox.close();

  const second = await openForTest({ directory, random: seededRandom(99) });
  expect(second.sandbox.token).toBe(first.sandbox.token);
  expect(second.sandbox.adAccounts).toEqual(first.sandbox.adAccounts);
  expect(await second.truth(id)).toEqual(before);
  const used = await second.call('POST', `${id}/users`, {
    payload: { schema, data: [['c-3', hash('3')]] },
    session: { session_id: 5 },
  });
  expect(used.body.error['code']).toBe(2650);

  // Its keys are found again, so a row can still be replaced and removed by any of them.
  await second.add(id, schema, [['c-1', hash('1')]]);
  await second.remove(id, ['EMAIL'], [[hash('2')]]);
  second.clock.now += 60_000;
  expect((await second.heads(id)).map(([customer]) => customer)).toEqual(['c-1', 'c-3', 'c-4']);
});

test('rows of deleted audiences are let go at the next start, those of others are not', async () => {
  const directory = directoryForTest();
  const first = await openForTest({ directory });
  const [gone, kept] = [await first.createAudience(), await first.createAudience()];
  for (const id of [gone, kept]) await first.add(id, ['EXTERN_ID'], [['c-1'], ['c-2']]);
  await first.call('DELETE', gone);
  await first.sandbox.close();
  const second = await openForTest({ directory });
  expect((await second.sandbox.fetch(`${origin}/_sandbox/audiences/${gone}`)).status).toBe(404);
  await second.remove(kept, ['EXTERN_ID'], [['c-1']]);
  expect(await second.heads(kept)).toEqual([['c-2', '', '']]);
  await second.sandbox.close();
  const db = new DatabaseSync(join(directory, 'sandbox.sqlite'));
  expect(db.prepare('select count(*) as n from held_row').get()?.['n']).toBe(1);
  db.close();
});

test('a state of the first version is brought up to date with all that is in it', async () => {
  const directory = directoryForTest();
  const old = new DatabaseSync(join(directory, 'sandbox.sqlite'));
  old.exec(`${schemaSteps[0]} pragma user_version = 1`);
  old.exec(`
    insert into account values ('act_1', 'Old', '{"currency":"EUR","timeZone":"Europe/Paris","hasAcceptedTerms":true}');
    insert into fact values ('world', '{"business":{"id":"2","name":"B"},"app":{"id":"3","name":"A","secret":"s"},"systemUser":{"id":"4","name":"S"},"token":"EAAold","populationSeed":1}');
    insert into audience (id, account, created_at, details, rows_held, people_matched, changed_at)
      values ('77', 'act_1', 1790000000000, '{"name":"Old list","description":"","customerFileSource":"USER_PROVIDED_ONLY","retentionDays":0,"optOutLink":"","isValueBased":false,"updatedAt":0}', 0, 5000, 1790000000000);
  `);
  old.close();
  const { call } = await openForTest({ directory });
  const fields = 'name,subtype,operation_status,approximate_count_lower_bound';
  expect((await call('GET', '77', { fields })).body).toMatchObject({
    name: 'Old list',
    subtype: 'CUSTOM',
    operation_status: { code: 200 },
    approximate_count_lower_bound: 5000,
  });
});

test('two sandboxes never share a directory', async () => {
  const directory = directoryForTest();
  await openForTest({ directory });
  const taken = { code: 'SANDBOX_DIRECTORY_TAKEN', exitCode: 1 };
  await expect(openForTest({ directory })).rejects.toMatchObject(taken);

  const elsewhere = directoryForTest();
  const { child } = await startProcess(elsewhere);
  await expect(openForTest({ directory: elsewhere })).rejects.toMatchObject(taken);
  await kill(child);
  await openForTest({ directory: elsewhere });
});

test('a file that is no sandbox is not touched', async () => {
  const directory = directoryForTest();
  writeFileSync(join(directory, 'sandbox.sqlite'), 'This is a letter, not a database.'.repeat(500));
  await expect(openForTest({ directory })).rejects.toMatchObject({
    code: 'SANDBOX_STATE_UNREADABLE',
  });
});

test('killed at any moment it has lost nothing that it answered, and has no half request', async () => {
  const directory = directoryForTest();
  const random = seededRandom(3);
  const batchRows = 500;
  let audience = '';
  const answered = new Set<number>();
  let sent = 0;

  for (let round = 0; round < 6; round += 1) {
    const { child, ready } = await startProcess(directory);
    const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' };
    if (audience === '') {
      const created = await fetch(`${ready.url}/v26.0/act_1000000000001/customaudiences`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          name: 'Killed',
          subtype: 'CUSTOM',
          customer_file_source: 'USER_PROVIDED_ONLY',
        }),
      });
      audience = ((await created.json()) as { id: string }).id;
    }
    const died = once(child, 'exit');
    const deadly = sent + 2 + Math.floor(random() * 4);
    for (;;) {
      const batch = sent;
      if (batch === deadly) setTimeout(() => child.kill('SIGKILL'), random() * 20);
      sent += 1;
      const data = Array.from({ length: batchRows }, (_, at) => [
        `${batch}`,
        hash(`${batch}-${at}`),
      ]);
      const body = JSON.stringify({ payload: { schema: ['EXTERN_ID', 'EMAIL'], data } });
      try {
        const url = `${ready.url}/v26.0/${audience}/users`;
        const response = await fetch(url, { method: 'POST', headers, body });
        if (response.status === 200) answered.add(batch);
        await response.text();
      } catch {
        break;
      }
    }
    await died;
  }

  const { heads } = await openForTest({ directory });
  const rowsOf = new Map<number, number>();
  for (const [batch] of await heads(audience)) {
    rowsOf.set(Number(batch), (rowsOf.get(Number(batch)) ?? 0) + 1);
  }
  for (const batch of answered) expect(rowsOf.get(batch)).toBe(batchRows);
  for (const count of rowsOf.values()) expect(count).toBe(batchRows);
  expect(answered.size).toBeGreaterThan(5);
}, 60_000);
