import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FaultName, faultNames } from './fault-kinds.ts';
import { hash, openForTest, type Opened, origin } from './_opened.ts';

const mary = [hash('mary@example.com')];
const john = [hash('john@example.com')];

/** What a client sees of one addition: an error code, 'ok', or how the connection ended. */
async function tryToAdd({ sandbox }: Opened, id: string, data: string[][]): Promise<string> {
  const request = new Request(`${origin}/v26.0/${id}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ payload: { schema: ['EMAIL'], data } }),
    signal: AbortSignal.timeout(50),
  });
  try {
    const response = await sandbox.fetch(request);
    const text = await response.text();
    if (!text.startsWith('{')) return `${response.status} ${text.slice(0, 14)}`.trim();
    if (!text.endsWith('}')) return `${response.status} cut short`;
    const { error } = JSON.parse(text) as { error?: { code: number; error_subcode?: number } };
    if (error === undefined) return 'ok';
    return `${response.status} ${error.code}${error.error_subcode ? `/${error.error_subcode}` : ''}`;
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code: string } };
    return cause?.code ?? name;
  }
}

const table: [FaultName, string, 'kept' | 'not kept'][] = [
  ['requestLost', 'TimeoutError', 'not kept'],
  ['timeoutAfterCommit', 'TimeoutError', 'kept'],
  ['lateApply', 'TimeoutError', 'not kept'],
  ['resetBefore', 'ECONNRESET', 'not kept'],
  ['resetAfter', 'ECONNRESET', 'kept'],
  ['serverErrorBefore', '500 1', 'not kept'],
  ['serverErrorAfter', '500 1', 'kept'],
  ['resetDuring', 'ECONNRESET', 'not kept'],
  ['resetInAnswer', 'ECONNRESET', 'kept'],
  ['truncatedBody', '200 cut short', 'kept'],
  ['emptyBody', '200', 'kept'],
  ['textBody', '200 Service Unavai', 'not kept'],
  ['slowAnswer', 'TimeoutError', 'kept'],
  ['htmlBody', '502 <!DOCTYPE html', 'kept'],
  ['throttle', '400 80003/2446079', 'not kept'],
  ['tokenDead', '400 190/463', 'not kept'],
  ['termsRevoked', '400 200/1870090', 'not kept'],
  ['malformed', '400 100', 'not kept'],
  ['transient', '503 2', 'not kept'],
  ['audienceGone', '400 100/33', 'not kept'],
  ['audienceFlagged', '400 100/1713230', 'not kept'],
  ['aliasMissing', '400 803', 'not kept'],
  ['permissionMissing', '400 200', 'not kept'],
  ['graphError', '400 1', 'not kept'],
];

test.each(table)('%s: the client sees %s, the rows are %s', async (name, seen, kept) => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  opened.sandbox.faults.arm({ name });
  expect(await tryToAdd(opened, id, [mary])).toBe(seen);
  expect((await opened.truth(id)).rowsHeld).toBe(kept === 'kept' ? 1 : 0);
  // It strikes once, and is gone.
  expect(await tryToAdd(opened, id, [john])).toBe('ok');
});

test('every fault that has a name is in the table above, or spoils rows', () => {
  expect([...table.map(([name]) => name), 'invalidRows'].toSorted()).toEqual(
    [...faultNames].toSorted(),
  );
});

test('every fault is told of in docs/sandbox.md', () => {
  const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/\w+/g)].map(([name]) => name),
  );
  expect(faultNames.filter((name) => !told.includes(name))).toEqual([]);
});

test('a late effect lands when its time has come, once, and never before', async () => {
  const opened = await openForTest();
  const { sandbox, clock, truth } = opened;
  const id = await opened.createAudience();
  expect(sandbox.settle.largestLagMs).toBe(0);
  sandbox.faults.arm({ name: 'lateApply', lagMs: 120_000 });
  expect(sandbox.settle.largestLagMs).toBe(120_000);
  await tryToAdd(opened, id, [mary]);
  expect(sandbox.settle.largestLagMs).toBe(120_000);
  clock.now += 119_999;
  expect((await truth(id)).rowsHeld).toBe(0);
  expect(sandbox.settle.largestLagMs).toBe(1);
  clock.now += 1;
  expect((await truth(id)).rowsHeld).toBe(1);
  expect(sandbox.settle.largestLagMs).toBe(0);
  await opened.remove(id, ['EMAIL'], [mary]);
  clock.now += 600_000;
  expect((await truth(id)).rowsHeld).toBe(0);
});

test('late effects land in the order of their times, whatever order they came in', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  opened.sandbox.faults.arm({ name: 'lateApply', on: 'users.add', lagMs: 20_000 });
  opened.sandbox.faults.arm({ name: 'lateApply', on: 'users.remove', lagMs: 10_000 });
  await tryToAdd(opened, id, [mary]);
  const signal = AbortSignal.timeout(20);
  const headers = { authorization: `Bearer ${opened.sandbox.token}` };
  const body = JSON.stringify({ payload: { schema: ['EMAIL'], data: [mary] } });
  const url = `${origin}/v26.0/${id}/users`;
  await expect(
    opened.sandbox.fetch(url, { method: 'DELETE', headers, body, signal }),
  ).rejects.toThrow(/timeout/);
  opened.clock.now += 30_000;
  expect((await opened.truth(id)).rowsHeld).toBe(1);
});

test('a late effect on an audience that is gone by then does nothing', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  opened.sandbox.faults.arm({ name: 'lateApply', lagMs: 1_000 });
  await tryToAdd(opened, id, [mary]);
  await opened.call('DELETE', id);
  opened.clock.now += 5_000;
  const other = await opened.createAudience();
  expect((await opened.truth(other)).rowsHeld).toBe(0);
});

test('a fault strikes where it is aimed, as often as it is told', async () => {
  const opened = await openForTest();
  const [one, two] = [await opened.createAudience(), await opened.createAudience()];
  const { faults } = opened.sandbox;
  faults.arm({ name: 'throttle', on: 'users', target: two, times: 2, code: 17 });
  expect(await tryToAdd(opened, one, [mary])).toBe('ok');
  expect((await opened.call('GET', two)).status).toBe(200);
  const removal = await opened.remove(two, ['EMAIL'], [mary]);
  expect(removal.body.error).toMatchObject({ code: 17, error_subcode: 2446079 });
  expect(await tryToAdd(opened, two, [mary])).toBe('400 17/2446079');
  expect(await tryToAdd(opened, two, [mary])).toBe('ok');

  faults.arm({ name: 'tokenDead', times: null, code: 460 });
  for (let time = 0; time < 3; time += 1) {
    expect(await tryToAdd(opened, one, [mary])).toBe('400 190/460');
  }
  faults.clear();
  expect(faults.armed()).toEqual({ faults: [], odds: null });
  expect(await tryToAdd(opened, one, [mary])).toBe('ok');
});

test('a throttle says in its headers when it ends', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  opened.sandbox.faults.arm({ name: 'throttle', times: 2 });
  const read = await opened.call('GET', id);
  expect(read.headers.get('x-business-use-case-usage')).toContain(
    '"estimated_time_to_regain_access":1',
  );
  const added = await opened.add(id, ['EMAIL'], [mary]);
  expect(JSON.parse(added.headers.get('x-ad-account-usage') ?? '')).toMatchObject({
    acc_id_util_pct: 100,
    reset_time_duration: 60,
  });
});

test('rows can be spoilt by how their hash begins; whole requests refused by one of them', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  const rows = Array.from({ length: 64 }, (_, at) => [hash(String(at))]);
  const bad = rows.filter(([email]) => email?.startsWith('7'));
  opened.sandbox.faults.arm({ name: 'invalidRows', valuePrefix: '7', times: null });
  const { body } = await opened.add(id, ['EMAIL'], rows);
  expect(body['num_invalid_entries']).toBe(bad.length);
  expect(Object.keys(body['invalid_entry_samples'] as object)).toEqual(
    bad.map((row) => JSON.stringify(row)),
  );
  expect((await opened.truth(id)).rowsHeld).toBe(rows.length - bad.length);

  opened.sandbox.faults.clear();
  opened.sandbox.faults.arm({ name: 'malformed', valuePrefix: '7', times: null });
  const good = rows.filter((row) => !bad.includes(row));
  expect(await tryToAdd(opened, id, good)).toBe('ok');
  expect(await tryToAdd(opened, id, [...good, ...bad.slice(0, 1)])).toBe('400 100');
});

test.each([
  [{ name: 'throttle', code: 4 }, '400 4'],
  [{ name: 'throttle', code: 17 }, '400 17/2446079'],
  [{ name: 'throttle', code: 32 }, '400 32'],
  [{ name: 'throttle', code: 341 }, '400 341'],
  [{ name: 'throttle', code: 613 }, '400 613/1487742'],
  [{ name: 'throttle', code: 613, subcode: 1996 }, '400 613/1996'],
  [{ name: 'throttle', code: 613, subcode: 0 }, '400 613'],
  [{ name: 'throttle', code: 80_004 }, '400 80004/2446079'],
  [{ name: 'permissionMissing', code: 10 }, '400 10'],
  [{ name: 'permissionMissing', code: 3 }, '400 3'],
  [{ name: 'permissionMissing', code: 294 }, '400 294'],
  [{ name: 'tokenDead', code: 467 }, '400 190/467'],
  [{ name: 'graphError', code: 2650, subcode: 1_870_145 }, '400 2650/1870145'],
] as const)('%j is seen as %s', async (fault, seen) => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  opened.sandbox.faults.arm(fault);
  expect(await tryToAdd(opened, id, [mary])).toBe(seen);
});

test('what is asked to last stays so until somebody puts it right', async () => {
  const opened = await openForTest();
  const { account, call, admin, createAudience } = opened;
  const id = await createAudience();
  const { faults, token } = opened.sandbox;
  faults.arm({ name: 'termsRevoked', isLasting: true });
  for (let time = 0; time < 2; time += 1) {
    expect(await tryToAdd(opened, id, [mary])).toBe('400 200/1870090');
  }
  await admin(`accounts/${account}`, { hasAcceptedTerms: true });
  expect(await tryToAdd(opened, id, [mary])).toBe('ok');

  faults.arm({ name: 'tokenDead', code: 460, isLasting: true });
  for (let time = 0; time < 2; time += 1) {
    expect(await tryToAdd(opened, id, [mary])).toBe('400 190/460');
  }
  const { tokens } = (await admin('tokens')).body as unknown as { tokens: { id: string }[] };
  expect(tokens).toMatchObject([{ token, endedBy: 460, isAlive: false }]);
  await admin(`tokens/${tokens[0]?.id}`, { endedBy: null });

  faults.arm({ name: 'audienceFlagged', isLasting: true });
  for (let time = 0; time < 2; time += 1) {
    expect(await tryToAdd(opened, id, [mary])).toBe('400 100/1713230');
  }
  const { body } = await call('GET', id, { fields: 'fields_violating_integrity_policy' });
  expect(body).toEqual({ id, fields_violating_integrity_policy: ['name'] });

  faults.arm({ name: 'audienceGone', isLasting: true });
  expect(await tryToAdd(opened, id, [mary])).toBe('400 100/33');
  expect((await call('GET', id)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  expect((await admin('faults', { name: 'htmlBody', isLasting: true })).status).toBe(400);
});

test('a fault in the name of an audience strikes what changes its members', async () => {
  const opened = await openForTest();
  const { call, createAudience, sandbox } = opened;
  const id = await createAudience('Lapsed [throttle 613/1996 x2] [shoes] [invalidRows 7]');
  expect(await tryToAdd(opened, id, [mary])).toBe('400 613/1996');
  expect((await call('GET', id)).status).toBe(200);
  expect(await tryToAdd(opened, id, [mary])).toBe('400 613/1996');
  const rows = Array.from({ length: 64 }, (_, at) => [hash(String(at))]);
  const bad = rows.filter(([email]) => email?.startsWith('7')).length;
  expect((await opened.add(id, ['EMAIL'], rows)).body['num_invalid_entries']).toBe(bad);
  const other = await createAudience();
  expect(await tryToAdd(opened, other, [mary])).toBe('ok');

  const cut = await createAudience('[resetDuring x1]');
  expect(await tryToAdd(opened, cut, [mary])).toBe('ECONNRESET');
  expect(await tryToAdd(opened, cut, [mary])).toBe('ok');

  expect(sandbox.settle.largestLagMs).toBe(0);
  const late = await createAudience('[lateApply 90s]');
  expect(sandbox.settle.largestLagMs).toBe(90_000);
  expect(await tryToAdd(opened, late, [mary])).toBe('TimeoutError');
  await call('POST', late, { name: 'on time' });
  opened.clock.now += 90_000;
  expect((await opened.truth(late)).rowsHeld).toBe(1);
  expect(sandbox.settle.largestLagMs).toBe(0);
});

test('a fault in the name of an ad account strikes what is written in it', async () => {
  const opened = await openForTest();
  const { account, call, admin, createAudience } = opened;
  const id = await createAudience();
  await admin(`accounts/${account}`, { name: 'Shop [permissionMissing 294]' });
  expect(await tryToAdd(opened, id, [mary])).toBe('400 294');
  expect((await call('DELETE', id)).body.error).toMatchObject({ code: 294 });
  expect((await call('GET', `${account}/customaudiences`)).status).toBe(200);
  await admin(`accounts/${account}`, { name: 'Shop [throttle 4 on:account.read]' });
  expect(await tryToAdd(opened, id, [mary])).toBe('ok');
  expect((await call('GET', account)).body.error).toMatchObject({ code: 4 });
});

test('a seed given over HTTP draws the same again, and goes on where it was', async () => {
  const play = async (seed: number) => {
    const opened = await openForTest();
    const id = await opened.createAudience();
    await opened.admin('faults', { odds: { throttle: 0.5 }, seed });
    const seen: string[] = [];
    for (let at = 0; at < 40; at += 1) seen.push(await tryToAdd(opened, id, [mary]));
    return seen.join();
  };
  const first = await play(5);
  expect(await play(5)).toBe(first);
  expect(await play(6)).not.toBe(first);
  expect(first.split('ok').length - 1).toBeGreaterThan(8);
  expect(first.split('ok').length - 1).toBeLessThan(32);
});

test('odds replay by their seed, and strike about as often as they say', async () => {
  const play = async () => {
    const opened = await openForTest();
    const id = await opened.createAudience();
    const odds = { throttle: 0.2, resetAfter: 0.1, serverErrorBefore: 0.1 };
    opened.sandbox.faults.setOdds({ odds, on: 'users' });
    const seen: string[] = [];
    for (let at = 0; at < 200; at += 1) {
      seen.push(await tryToAdd(opened, id, [[hash(String(at))]]));
    }
    const { rowsHeld } = await opened.truth(id);
    return { seen, rowsHeld };
  };
  const one = await play();
  expect(await play()).toEqual(one);
  const count = (what: string) => one.seen.filter((seen) => seen === what).length;
  expect(count('400 80003/2446079')).toBeGreaterThan(20);
  expect(count('400 80003/2446079')).toBeLessThan(65);
  expect(one.rowsHeld).toBe(count('ok') + count('ECONNRESET'));
});

test('the silence can be cut short, for clocks that do not run', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  const odds = { timeoutAfterCommit: 1 };
  opened.sandbox.faults.setOdds({ odds, holdMs: 0 });
  expect(await tryToAdd(opened, id, [mary])).toBe('UND_ERR_HEADERS_TIMEOUT');
});

test('faults are armed, listed and cleared over HTTP too', async () => {
  const opened = await openForTest();
  const id = await opened.createAudience();
  const at = `${origin}/_sandbox/faults`;
  const send = (body: object) =>
    opened.sandbox.fetch(at, { method: 'POST', body: JSON.stringify(body) });
  expect((await send({ name: 'shoe' })).status).toBe(400);
  expect((await send({ name: 'throttle', times: 0.5 })).status).toBe(400);
  expect((await send({ odds: { throttle: 2 } })).status).toBe(400);
  expect((await send({ odds: { shoe: 1 } })).status).toBe(400);
  expect((await send({ name: 'throttle', on: 'user' })).status).toBe(400);
  await send({ name: 'malformed', on: 'users.add' });
  await send({ odds: { transient: 0 }, lagMs: 5 });
  expect(await (await opened.sandbox.fetch(at)).json()).toMatchObject({
    faults: [{ name: 'malformed', on: 'users.add', times: 1 }],
    odds: { odds: { transient: 0 } },
  });
  expect(await tryToAdd(opened, id, [mary])).toBe('400 100');
  await opened.sandbox.fetch(at, { method: 'DELETE' });
  expect(await (await opened.sandbox.fetch(at)).json()).toEqual({ faults: [], odds: null });
});

test('the settings say how late an effect may land, and what can be set', async () => {
  const { sandbox } = await openForTest();
  const at = `${origin}/_sandbox/settings`;
  expect(await (await sandbox.fetch(at)).json()).toMatchObject({
    sandbox: true,
    settle: { largestLagMs: 0 },
    processingMs: 2_000,
    versions: ['v24.0', 'v25.0', 'v26.0'],
  });
  sandbox.faults.setOdds({ odds: { lateApply: 0.1 }, lagMs: 45_000 });
  const change = (body: object) =>
    sandbox.fetch(at, { method: 'POST', body: JSON.stringify(body) });
  expect(await (await change({ versions: ['v26.0'] })).json()).toMatchObject({
    settle: { largestLagMs: 45_000 },
    versions: ['v26.0'],
    processingMs: 2_000,
  });
  const old = await sandbox.fetch(`${origin}/v25.0/me`);
  expect(await old.json()).toMatchObject({ error: { code: 2635 } });
  for (const bad of [{ shoes: 1 }, { processingMs: -1 }, { versions: [] }, { tier: 'gold' }]) {
    expect((await change(bad)).status).toBe(400);
  }
});
