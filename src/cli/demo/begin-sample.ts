import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadySandbox } from '#connections/sandbox-probe.ts';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { must } from '#domain/errors/assert.ts';
import type { StartSample } from '#http/api/sample.ts';
import { findAudience, listAudiences } from '#store/audiences.ts';
import { listIntegrations } from '#store/connections.ts';
import { listDatabases } from '#store/databases.ts';
import { databaseNow } from '#store/overview.ts';
import type { Muster } from '#sync/muster.ts';
import { receiveFile } from '#sync/receive.ts';
import { syncAudience } from '#sync/sync.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';
import { demoAudiences } from './audiences.ts';
import { sampleCsv, samplePeople } from './sample.ts';
import { connectToSandbox, makeAudience, startSandbox } from './walk.ts';

/** Apart from `main`, which is for one's own people. */
const SAMPLE_DATABASE = 'sample';
/** Ten seconds' work, and enough for an audience that is not too small. */
const PEOPLE = 5_000;
const SEED = 20_262;

/** The way to a first audience that an empty installation offers on its page. */
export function sampleOf(session: Session, sandboxHere: () => Promise<ReadySandbox>): StartSample {
  return async (onProgress) => {
    const muster = await session.muster();
    await refuseInUse(muster);
    onProgress({ stage: 'sandbox', done: 0, total: null });
    const integration = await connectToSandbox(session, await sandboxHere(), SAMPLE_DATABASE);
    onProgress({ stage: 'people', done: 0, total: PEOPLE });
    const file = {
      path: await writePeople(session, muster),
      database: SAMPLE_DATABASE,
      ...{ mirror: true, dryRun: false },
      rejectedDirectory: join(session.settings.dataDirectory, 'rejected'),
    };
    await receiveFile(muster, file, ({ done, total, unit }) => {
      if (unit === 'rows') onProgress({ stage: 'people', done, total });
    });
    onProgress({ stage: 'audience', done: 0, total: null });
    const sample = must(demoAudiences.at(0), 'there are audiences of the demo');
    const name = sample.name.replace('demo', SAMPLE_DATABASE);
    const known = await listAudiences(muster.store);
    if (!known.some((audience) => audience.name === name)) {
      await makeAudience(muster, integration, { ...sample, name });
    }
    onProgress({ stage: 'send', done: 0, total: null });
    const how = { wait: false, trigger: 'manual' } as const;
    await syncAudience(muster, name, how, ({ step, done, total }) => {
      if (step === 'send') onProgress({ stage: 'send', done, total });
    });
    return (await findAudience(muster.store, name)).id;
  };
}

/** One sandbox for a process, however often it is asked for; a start that failed is tried again. */
export function oneSandbox(session: Session): () => Promise<ReadySandbox> {
  let starting: Promise<ReadySandbox> | null = null;
  return async () => {
    starting ??= startSandbox(session);
    try {
      return await starting;
    } catch (error) {
      starting = null;
      throw error;
    }
  };
}

/**
 * Whoever began with sample people finds their sandbox again when `serve` starts anew, wherever it listens
 * now. Only for the data directory that it was begun in: other processes leave it alone.
 */
export async function resumeSample(
  session: Session,
  sandboxHere: () => Promise<ReadySandbox>,
): Promise<void> {
  if (!existsSync(directoryOf(session))) return;
  const { store } = await session.muster();
  const all = await listIntegrations(store);
  const isThere = all.some(({ database, sandbox }) => database === SAMPLE_DATABASE && sandbox);
  if (!isThere) return;
  try {
    await connectToSandbox(session, await sandboxHere(), SAMPLE_DATABASE);
  } catch (error) {
    // Nobody's own data waits for it.
    const { code, message } = asMusterError(error);
    tell(session, `${code}: the sandbox of the sample people does not start: ${message}`);
  }
}

/** Nothing of somebody's own is joined to a sandbox by a click. */
async function refuseInUse({ store }: Muster): Promise<void> {
  const databases = await listDatabases(store);
  const sampleId = databases.find(({ name }) => name === SAMPLE_DATABASE)?.id;
  const parts = [...(await listAudiences(store)), ...(await listIntegrations(store))];
  const own = parts.find(({ databaseId }) => databaseId !== sampleId);
  if (own !== undefined) throw new MusterError('SAMPLE_NOT_EMPTY', `“${own.name}” is here`);
}

async function writePeople(session: Session, muster: Muster): Promise<string> {
  const today = (await databaseNow(muster.store)).toISOString().slice(0, 10);
  await mkdir(directoryOf(session), { recursive: true });
  const path = join(directoryOf(session), 'people.csv');
  await writeFile(path, sampleCsv(samplePeople({ seed: SEED, today }, PEOPLE)));
  return path;
}

function directoryOf({ settings }: Session): string {
  return join(settings.dataDirectory, SAMPLE_DATABASE);
}
