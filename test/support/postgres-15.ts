import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const binaries = '/usr/lib/postgresql/15/bin';

/** Debian's package `postgresql`; without it the tests that need an older server are left out. */
export const hasPostgres15 = existsSync(join(binaries, 'postgres'));

export interface OtherServer extends AsyncDisposable {
  readonly url: string;
}

/** A server of major 15 with nothing in it, on a free port. */
export async function startPostgres15(): Promise<OtherServer> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-pg15-'));
  await chmod(directory, 0o700);
  const account = ordinaryAccount();
  if (account !== null) chownSync(directory, account.uid, account.gid);
  const options = { cwd: directory, ...account, encoding: 'utf8' } as const;
  const data = join(directory, 'data');
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'muster', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale', 'C.UTF-8'],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-F'],
    { ...options, stdio: 'ignore' },
  );
  const url = `postgres://muster@127.0.0.1:${port}/postgres`;
  await answers(url);
  return {
    url,
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses root. */
function ordinaryAccount(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const [, uid, gid] =
    /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries === 600) throw error;
      await delay(100);
    }
  }
}
