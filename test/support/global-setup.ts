import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { attachEmbedded } from '#store/embedded/attach.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly testRun: TestRun;
  }
}

/** What the test files of one run share. Two runs side by side share nothing. */
export interface TestRun {
  /** Part of the name of every database of this run. */
  readonly id: string;
  /** Where the embedded Postgres of the run is, started by the first file that needs one. */
  readonly dataDir: string;
}

const PREFIX = 'muster-test-';
const LEAVE_ATTEMPTS = 20;
const LEAVE_RETRY_MS = 250;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const testRun = { id: randomBytes(4).toString('hex'), dataDir };
  project.provide('testRun', testRun);
  return async () => {
    const external = process.env['MUSTER_TEST_DATABASE_URL'];
    if (external !== undefined) await dropDatabases(external, testRun.id);
    await remove(dataDir);
  };
}

/** Clears away what runs that were killed have left. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(name.match(/^muster-test-(\d+)-/)?.[1]);
    if (pid > 0 && !isAlive(pid)) await remove(join(tmpdir(), name)).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Stops the server there by being the last to leave it, once the test processes are gone. */
async function remove(dataDir: string): Promise<void> {
  const isRunning = () => existsSync(join(dataDir, 'postgres', 'postmaster.pid'));
  for (let attempt = 1; isRunning() && attempt <= LEAVE_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await delay(LEAVE_RETRY_MS);
    const server = await attachEmbedded(dataDir, { log() {} });
    await server.leave();
  }
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
}

async function dropDatabases(url: string, runId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select datname as name from pg_database where datname like $1`,
      [`muster\\_${runId}\\_%`],
    );
    for (const { name } of rows) {
      await client.query(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await client.end();
  }
}
