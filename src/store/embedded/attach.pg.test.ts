import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { attachEmbedded, type EmbeddedServer } from './attach.ts';

const isRoot = process.getuid?.() === 0;
const attachedProcess = join(import.meta.dirname, '../../../test/support/attached-process.ts');

let workshop: string;
/** A complete cluster at rest, to copy: making one takes most of a second. */
let pattern: string;
let servers: EmbeddedServer[] = [];
let processes: ChildProcessWithoutNullStreams[] = [];
let places = 0;

beforeAll(async () => {
  workshop = mkdtempSync(join(tmpdir(), 'muster-embedded-'));
  chmodSync(workshop, 0o755);
  pattern = join(workshop, 'pattern');
  const server = await attachEmbedded(pattern, { log() {} });
  await sql(server.connectionString, 'create table kept (id integer primary key)');
  await server.leave();
});

afterEach(async () => {
  for (const child of processes) child.kill('SIGKILL');
  for (const server of servers) await server.leave();
  processes = [];
  servers = [];
});

afterAll(async () => {
  // What a test left running is stopped by whoever attaches last.
  for (let place = 1; place <= places; place += 1) {
    const dataDir = join(workshop, String(place));
    if (!existsSync(join(dataDir, 'postgres', 'postmaster.pid'))) continue;
    const server = await attachEmbedded(dataDir, { log() {} }).catch(() => null);
    await server?.leave();
  }
  rmSync(workshop, { recursive: true, force: true, maxRetries: 3 });
});

function emptyPlace(): string {
  places += 1;
  return join(workshop, String(places));
}

function copyOfPattern(): string {
  const dataDir = emptyPlace();
  cpSync(pattern, dataDir, { recursive: true });
  return dataDir;
}

async function attach(dataDir: string): Promise<EmbeddedServer> {
  const server = await attachEmbedded(dataDir, { log() {} });
  servers.push(server);
  return server;
}

interface Greeting {
  readonly url: string;
  readonly started: boolean;
  readonly code?: string;
}

/** Another process that attaches; `launcher` is put before its command. */
async function attachElsewhere(
  dataDir: string,
  launcher: readonly string[] = [],
): Promise<{ child: ChildProcessWithoutNullStreams; greeting: Greeting }> {
  const [program, ...args] = [...launcher, process.execPath, attachedProcess, dataDir];
  const child = spawn(program, args);
  processes.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, greeting: JSON.parse(line) as Greeting };
}

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function processesOf(url: string): Promise<number[]> {
  const rows = await sql(url, 'select pid from pg_stat_activity');
  return rows.map(({ pid }) => Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    // A zombie whose parent has not looked yet answers to signals, too.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

it('makes a database in an empty directory, durable and for this machine alone', async () => {
  const dataDir = emptyPlace();
  const server = await attach(dataDir);
  expect(server.started).toBe(true);
  expect(new URL(server.connectionString).hostname).toBe('127.0.0.1');
  const settings = await sql(
    server.connectionString,
    `select name, setting from pg_settings where name in ('fsync', 'full_page_writes',
       'synchronous_commit', 'data_checksums', 'listen_addresses', 'unix_socket_directories')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  });
  expect(
    await sql(
      server.connectionString,
      `select datlocprovider, datlocale, pg_encoding_to_char(encoding) as encoding
         from pg_database where datname = current_database()`,
    ),
  ).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' }]);
  expect(statSync(join(dataDir, 'postgres', 'muster.json')).mode & 0o777).toBe(0o600);
});

it('lets nobody in without the password', async () => {
  const server = await attach(copyOfPattern());
  const url = new URL(server.connectionString);
  url.password = 'guess';
  await expect(sql(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

it('keeps what people typed out of its log', async () => {
  const dataDir = copyOfPattern();
  const server = await attach(dataDir);
  await expect(
    sql(server.connectionString, `select 'ada@example.org'::integer`),
  ).rejects.toMatchObject({ code: '22P02' });
  expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('ada@example.org');
});

it('is stopped by the last to leave, and starts again with what was committed', async () => {
  const dataDir = copyOfPattern();
  const first = await attach(dataDir);
  const second = await attach(dataDir);
  expect([first.started, second.started]).toEqual([true, false]);
  expect(second.connectionString).toBe(first.connectionString);
  await sql(first.connectionString, 'insert into kept values (1)');
  const pid = postmasterPid(dataDir);

  await first.leave();
  expect(await sql(second.connectionString, 'select id from kept')).toEqual([{ id: 1 }]);
  await second.leave();
  expect(isAlive(pid)).toBe(false);

  const third = await attach(dataDir);
  expect(third.started).toBe(true);
  expect(await sql(third.connectionString, 'select id from kept')).toEqual([{ id: 1 }]);
});

it('outlives the process that started it, and the next one to leave stops it', async () => {
  const dataDir = copyOfPattern();
  const { child, greeting } = await attachElsewhere(dataDir);
  expect(greeting.started).toBe(true);
  await sql(greeting.url, 'insert into kept values (1)');
  const pid = postmasterPid(dataDir);
  child.kill('SIGKILL');
  await once(child, 'close');

  const heir = await attach(dataDir);
  expect(heir.started).toBe(false);
  expect(heir.connectionString).toBe(greeting.url);
  expect(await sql(heir.connectionString, 'select id from kept')).toEqual([{ id: 1 }]);
  await heir.leave();
  expect(isAlive(pid)).toBe(false);
});

it('keeps every committed row when all its processes and its parent are killed', async () => {
  const dataDir = copyOfPattern();
  const { child, greeting } = await attachElsewhere(dataDir);
  await sql(greeting.url, 'insert into kept select generate_series(1, 1000)');
  const pids = await processesOf(greeting.url);
  for (const pid of [must(child.pid, 'it was spawned'), postmasterPid(dataDir), ...pids]) {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }

  const server = await attach(dataDir);
  expect(server.started).toBe(true);
  expect(await sql(server.connectionString, 'select count(*)::int as rows from kept')).toEqual([
    { rows: 1000 },
  ]);
});

it('ends the busy orphans of a killed postmaster before it starts another', async () => {
  const dataDir = copyOfPattern();
  const { child, greeting } = await attachElsewhere(dataDir);
  const busy = new pg.Client({ connectionString: greeting.url });
  busy.on('error', () => {});
  await busy.connect();
  const { rows } = await busy.query<{ pid: number }>('select pg_backend_pid() as pid');
  const orphan = must(rows[0], 'one row').pid;
  const endless = busy.query('select count(*) from generate_series(1, 1000000000000)');
  endless.catch(() => {});
  child.kill('SIGKILL');
  process.kill(postmasterPid(dataDir), 'SIGKILL');
  expect(isAlive(orphan)).toBe(true);

  const server = await attach(dataDir);
  expect(server.started).toBe(true);
  expect(isAlive(orphan)).toBe(false);
  await busy.end().catch(() => {});
});

it('comes back by itself, on the same port, for those who stay', async () => {
  const dataDir = copyOfPattern();
  const server = await attach(dataDir);
  await sql(server.connectionString, 'insert into kept values (1)');
  const killed = postmasterPid(dataDir);
  process.kill(killed, 'SIGKILL');

  await expect
    .poll(() => sql(server.connectionString, 'select id from kept').catch(() => []), {
      timeout: 20_000,
    })
    .toEqual([{ id: 1 }]);
  const revived = postmasterPid(dataDir);
  expect(revived).not.toBe(killed);
  await server.leave();
  expect(isAlive(revived)).toBe(false);
});

it('is started once by ten processes at the same time', async () => {
  const dataDir = emptyPlace();
  const ten = await Promise.all(Array.from({ length: 10 }, () => attachElsewhere(dataDir)));
  expect(new Set(ten.map(({ greeting }) => greeting.url)).size).toBe(1);
  expect(ten.filter(({ greeting }) => greeting.started)).toHaveLength(1);
  const pid = postmasterPid(dataDir);
  for (const { child } of ten) child.stdin.end();
  await Promise.all(ten.map(({ child }) => once(child, 'close')));
  expect(isAlive(pid)).toBe(false);
});

it('makes anew what was cut short in the making', async () => {
  const dataDir = emptyPlace();
  mkdirSync(join(dataDir, 'postgres', 'base', '1'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  mkdirSync(join(dataDir, 'postgres.new-0badcafe', 'cluster'), { recursive: true });
  const server = await attach(dataDir);
  expect(await sql(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(existsSync(join(dataDir, 'postgres.new-0badcafe'))).toBe(false);
});

it('leaves a database alone that it did not make', async () => {
  const dataDir = copyOfPattern();
  rmSync(join(dataDir, 'postgres', 'muster.json'));
  await expect(attach(dataDir)).rejects.toMatchObject({ code: 'STORE_DATA_UNUSABLE' });
  expect(existsSync(join(dataDir, 'postgres', 'base', '5'))).toBe(true);
});

it('refuses data of another major version', async () => {
  const dataDir = copyOfPattern();
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(attach(dataDir)).rejects.toMatchObject({
    code: 'STORE_MAJOR',
    measured: 'the data is PostgreSQL 17, this release brings 18',
  });
});

/** Makes it look as if a machine with these marks had started the server and never stopped it. */
function pretendStartedBy(dataDir: string, machine: object): void {
  const file = join(dataDir, 'postgres', 'muster.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as { machine: object };
  writeFileSync(file, JSON.stringify({ ...record, machine: { ...record.machine, ...machine } }));
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), '1\n/x\n1\n5432\n\n\n\nready\n');
}

it('refuses a directory that another machine has open, and says which', async () => {
  const dataDir = copyOfPattern();
  pretendStartedBy(dataDir, { host: 'other-host', boot: 'other-boot' });
  await expect(attach(dataDir)).rejects.toMatchObject({
    code: 'STORE_ELSEWHERE',
    measured: expect.stringContaining('other-host'),
  });
});

it('takes over what this machine left behind when it was switched off', async () => {
  const dataDir = copyOfPattern();
  pretendStartedBy(dataDir, { boot: 'an-earlier-boot' });
  expect((await attach(dataDir)).started).toBe(true);
});

const container = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;
const hasContainers = spawnSync(container[0], [...container.slice(1), 'true']).status === 0;

it.runIf(hasContainers)(
  'refuses another container while it runs, and adopts it after',
  async () => {
    const dataDir = copyOfPattern();
    const { child, greeting } = await attachElsewhere(dataDir, container);
    expect(greeting.started).toBe(true);
    await sql(greeting.url, 'insert into kept values (1)');
    await expect(attach(dataDir)).rejects.toMatchObject({ code: 'STORE_ELSEWHERE' });

    // With its first process a container dies as a whole, and the pid file stays behind.
    child.kill('SIGKILL');
    await once(child, 'close');
    const server = await attach(dataDir);
    expect(server.started).toBe(true);
    expect(await sql(server.connectionString, 'select id from kept')).toEqual([{ id: 1 }]);
  },
);

it.runIf(isRoot)('runs for root below a directory that only root may enter', async () => {
  const cellar = join(workshop, 'cellar');
  mkdirSync(cellar, { mode: 0o700 });
  const dataDir = join(cellar, '.muster');
  const server = await attach(dataDir);
  expect(await sql(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(statSync(cellar).mode & 0o777).toBe(0o700);
  expect(statSync(cellar).uid).toBe(0);
  expect(statSync(`/proc/${postmasterPid(dataDir)}`).uid).not.toBe(0);
  await server.leave();
});

it.runIf(isRoot)('runs as the owner of the data directory', async () => {
  const dataDir = emptyPlace();
  mkdirSync(dataDir);
  spawnSync('chown', ['4321:4321', dataDir]);
  const server = await attach(dataDir);
  expect(await sql(server.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(statSync(`/proc/${postmasterPid(dataDir)}`).uid).toBe(4321);
});
