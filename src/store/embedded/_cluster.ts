import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Account, give, giveTree, namedAccount, nameFromInside } from './_account.ts';
import { POSTGRES_MAJOR } from './_binaries.ts';
import { thisMachine } from './_machine.ts';
import { type Place, writeRecord } from './_place.ts';

const USER = 'muster';

/** initdb makes this database last (oid 5 since Postgres 15); without it, it was cut short. */
const LAST_STEP = 'base/5';

/** @throws MusterError STORE_MAJOR when the cluster is of a version that our binaries cannot open. */
export function refuseOtherMajor(place: Place): void {
  const found = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  if (found === String(POSTGRES_MAJOR)) return;
  throw new MusterError(
    'STORE_MAJOR',
    `the data is PostgreSQL ${found}, this release brings ${POSTGRES_MAJOR}`,
  );
}

/**
 * Makes the cluster if there is none. It is made beside its place and moved there whole, so what
 * a kill leaves behind is never taken for data. Only one process may be in here at a time.
 */
export async function ensureCluster(
  place: Place,
  account: Account | null,
  { binaries, sync, log }: { binaries: string; sync: boolean; log: (line: string) => void },
): Promise<void> {
  sweepDrafts(place);
  if (existsSync(place.recordFile)) {
    refuseOtherMajor(place);
    giveTree(place.cluster, account);
    return;
  }
  if (existsSync(join(place.cluster, LAST_STEP))) {
    throw new MusterError(
      'STORE_DATA_UNUSABLE',
      `${place.cluster} holds a database without muster.json`,
    );
  }
  log(`Making a database in ${place.cluster}`);
  const draft = join(place.dataDir, `postgres.new-${randomBytes(4).toString('hex')}`);
  const draftCluster = await initialise(draft, account, binaries, sync);
  // What is there now is empty, or was cut short in the making.
  rmSync(place.cluster, { recursive: true, force: true });
  renameSync(draftCluster, place.cluster);
  syncDirectory(place.dataDir);
  sweepDrafts(place);
}

function sweepDrafts(place: Place): void {
  for (const name of readdirSync(place.dataDir)) {
    if (!name.startsWith('postgres.new-')) continue;
    // Retried, because an initdb whose parent was killed may still be writing there.
    rmSync(join(place.dataDir, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A complete cluster below `draft`, owned by the account. */
async function initialise(
  draft: string,
  account: Account | null,
  binaries: string,
  sync: boolean,
): Promise<string> {
  const cluster = join(draft, 'cluster');
  const passwordFile = join(draft, 'password');
  const password = randomBytes(24).toString('base64url');
  const maker = account === null ? null : namedAccount();
  mkdirSync(draft);
  // Whatever our umask: the maker has to get from the cluster to the password beside it.
  chmodSync(draft, 0o711);
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(cluster, maker);
  give(passwordFile, maker);

  const cwd = nameFromInside(cluster, maker);
  await run(
    join(binaries, 'bin', 'initdb'),
    [
      ...['--pgdata', cwd, '--username', USER, '--pwfile', `${cwd}/../password`],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ...['--data-checksums', '--no-instructions', ...(sync ? [] : ['--no-sync'])],
    ],
    { cwd: cluster, account: maker },
  );
  giveTree(cluster, account);
  const record = { user: USER, password, database: 'postgres', host: '127.0.0.1', port: 0 };
  writeRecord(join(cluster, 'muster.json'), { ...record, machine: thisMachine() }, account);
  return cluster;
}

/** What Postgres's programs see of our environment: no settings of other servers, no secrets. */
export function programEnvironment(): { readonly [name: string]: string | undefined } {
  const { PATH, SystemRoot } = process.env;
  return { PATH, SystemRoot, LC_ALL: 'C', TZ: 'UTC' };
}

async function run(
  program: string,
  args: readonly string[],
  { cwd, account }: { cwd: string; account: Account | null },
): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    ...account,
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const [code, signal] = await ended.catch((error: Error) => [error.message, null]);
  if (code === 0) return;
  throw new MusterError(
    'STORE_START_FAILED',
    `initdb ended with ${code ?? signal}: ${mainComplaint(complaint)}`,
  );
}

/** The line that matters in what a program of Postgres said before it ended. */
export function mainComplaint(said: string): string {
  const complaints = [...said.matchAll(/(?:FATAL|PANIC|error): +(.*)/g)].map(([, text]) => text);
  // Those who wait for the server are refused meanwhile, which is no complaint.
  return complaints.find((text) => !text?.includes('is starting up')) ?? 'it was killed';
}

/** Makes a rename in the directory survive a power cut. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
