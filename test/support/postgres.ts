import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { migrate } from '#store/migrate.ts';

/** One template is made a run, by whichever test process comes first. */
const TEMPLATE_LOCK = 7_278_312;

/** Nothing of a test has to survive a power cut. */
const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

let serverUrl: Promise<string> | undefined;

/** A database of its own with the migrations applied; drop it when the tests of the file are done. */
export async function testDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  serverUrl ??= findServer();
  const url = await serverUrl;
  const name = `muster_${inject('testRun').id}_${randomBytes(4).toString('hex')}`;
  await withClient(url, async (client) => {
    const template = await ensureTemplate(client, url);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: withDatabase(url, name),
    drop: () =>
      withClient(url, async (client) => {
        await client.query(`drop database ${name} with (force)`);
      }),
  };
}

/** The embedded server of the run, or the one in MUSTER_TEST_DATABASE_URL. */
async function findServer(): Promise<string> {
  const external = process.env['MUSTER_TEST_DATABASE_URL'];
  if (external !== undefined) return external;
  // Never left: a server that stopped between two test files would be started again for each.
  const { connectionString } = await attachEmbedded(inject('testRun').dataDir, {
    log() {},
    settings: throwaway,
  });
  return connectionString;
}

async function ensureTemplate(client: pg.Client, url: string): Promise<string> {
  const template = `muster_${inject('testRun').id}_template`;
  const draft = `${template}_draft`;
  await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      template,
    ]);
    if (rowCount === 0) {
      // Under its name only once complete: a failed migration leaves no half template.
      await client.query(`drop database if exists ${draft} with (force)`);
      await client.query(`create database ${draft}`);
      await migrate(withDatabase(url, draft));
      await client.query(`alter database ${draft} rename to ${template}`);
    }
  } finally {
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
