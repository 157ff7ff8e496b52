import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';

const run = promisify(execFile);

export interface MariaDb extends AsyncDisposable {
  readonly url: string;
  exec(sql: string): Promise<void>;
}

/** A MariaDB server of its own on a free port; null, with one line, on a machine without one. */
export async function startMariaDb(): Promise<MariaDb | null> {
  try {
    await run('mariadbd', ['--version']);
  } catch {
    process.stderr.write(
      'Left out: MariaDB, which is not installed (apt-get install mariadb-server)\n',
    );
    return null;
  }
  const directory = await mkdtemp(join(tmpdir(), 'muster-mariadb-'));
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : [];
  if (user.length > 0) await giveTo('mysql', directory);
  await run('mariadb-install-db', [
    ...['--no-defaults', ...user, `--datadir=${directory}`],
    ...['--auth-root-authentication-method=normal', '--skip-test-db'],
  ]);
  const port = await freePort();
  const server = spawn(
    'mariadbd',
    [
      ...['--no-defaults', ...user, `--datadir=${directory}`, `--port=${port}`],
      ...['--bind-address=127.0.0.1', `--socket=${directory}/s.sock`],
      ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=32M'],
    ],
    { stdio: 'ignore' },
  );
  const root = await untilReady(server, port);
  await root.query("create user reader@'127.0.0.1' identified by 'p@ss word'");
  await root.query('create database crm');
  await root.query('use crm');
  await root.query("grant select on crm.* to reader@'127.0.0.1'");
  return {
    url: `mysql://reader:p%40ss%20word@127.0.0.1:${port}/crm`,
    exec: async (sql) => {
      await root.query(sql);
    },
    async [Symbol.asyncDispose]() {
      await root.end();
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function giveTo(user: string, directory: string): Promise<void> {
  const id = async (flag: string) => Number((await run('id', [flag, user])).stdout);
  await chown(directory, await id('-u'), await id('-g'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilReady(server: ChildProcess, port: number): Promise<mysql.Connection> {
  for (let tries = 0; ; tries++) {
    try {
      return await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    } catch (error) {
      if (tries === 300 || server.exitCode !== null) throw error;
      await wait(100);
    }
  }
}
