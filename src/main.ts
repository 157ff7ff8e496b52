/** The only file that starts anything: it reads the settings, builds, runs one command and disposes. */
import { setTimeout as delay } from 'node:timers/promises';
import { runProgram } from '#cli/program.ts';
import { writeError } from '#cli/report-error.ts';
import { exitCodes, type Session, type Terminal } from '#cli/session.ts';
import { createLog, type Log, namesOf } from '#config/log.ts';
import { type Flags, readSettings, type Secrets, type Settings } from '#config/settings.ts';
import { systemClock } from '#meta/clock.ts';
import { useProxy } from '#meta/proxy.ts';
import { createGovernor } from '#meta/governor.ts';
import type { Muster } from '#sync/muster.ts';

/** How long a stopped process may take to leave in order. */
const STOP_MS = 8_000;
/** How long a stopped command's statements may take to end before their connections are cut. */
const STATEMENT_MS = 1_000;

const terminal: Terminal = {
  input: process.stdin,
  output: process.stdout,
  messages: process.stderr,
  environment: process.env,
};

const stopping = new AbortController();
/** What a stopped process ends with. */
let endCode: number = exitCodes.stopped;
const opened = new AsyncDisposableStack();
let log: Log = logOf('text');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop(exitCodes.stopped));
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads our output has heard enough: `muster audience members x | head`.
  stop(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});
process.stderr.on('error', () => {});
// What nobody waited for. The state is good at any moment, so ending in order is the best there is.
process.on('uncaughtException', (error) => {
  if (log.format === 'text') {
    writeError(process.stderr, error, readSettings(process.env).settings.debug);
  } else {
    log.write({ level: 'error', event: 'ended', ...namesOf(error) });
  }
  stop(exitCodes.failed);
});

const exitCode = await start();
// What was left under way would keep the process alive.
if (stopping.signal.aborted) process.exit(endCode);
process.exitCode = exitCode;

async function start(): Promise<number> {
  try {
    await useProxy(process.env);
  } catch (error) {
    writeError(terminal.messages, error, false);
    return exitCodes.refused;
  }
  return await runProgram(process.argv.slice(2), terminal, openSession);
}

/** Everything is safe to stop anywhere. A second signal does not wait for anything. */
function stop(code: number): void {
  if (stopping.signal.aborted) {
    if (code === exitCodes.stopped) process.exit(code);
    return;
  }
  endCode = code;
  stopping.abort();
  setTimeout(() => process.exit(code), STOP_MS).unref();
}

function openSession(flags: Flags): Session {
  const { settings, secrets } = readSettings(process.env, flags);
  log = logOf(settings.logFormat);
  // Read each time: another process may have rotated them.
  const keys = async () => {
    const { readKeys } = await import('#connections/key.ts');
    return await readKeys(settings, secrets);
  };
  const tools = {
    ...{ fetch: globalThis.fetch, clock: systemClock, version: settings.apiVersion, keys },
    governor: createGovernor(systemClock, Math.random, settings.quotaSharePercent),
  };
  const muster = once(() => openMuster(settings, secrets, tools));
  return {
    ...{ settings, secrets, terminal, log, tools, muster },
    stop: stopping.signal,
    atEnd: (clean) => opened.defer(clean),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function openMuster(
  settings: Settings,
  secrets: Secrets,
  tools: Session['tools'],
): Promise<Muster> {
  const [{ migrate }, { openStore }, { openClient }, { sharedGovernors }, { openSource, spoolOf }] =
    await Promise.all([
      import('#store/migrate.ts'),
      import('#store/db.ts'),
      import('#connections/open-client.ts'),
      import('#connections/shared-governor.ts'),
      import('#connections/open-source.ts'),
    ]);
  const url = secrets.databaseUrl?.reveal() ?? (await attachOwn(settings));
  await migrate(url);
  // A run holds one connection and uses three at times; the rest is for whoever looks on.
  const store = openStore({ url, connectionsMax: 8 + 4 * settings.workers });
  opened.defer(async () => {
    const closed = store[Symbol.asyncDispose]();
    await (stopping.signal.aborted ? Promise.race([closed, delay(STATEMENT_MS)]) : closed);
  });
  const { settleMs, quotaSharePercent: sharePercent } = settings;
  const governorOf = sharedGovernors(store, {
    ...{ clock: systemClock, random: Math.random, sharePercent },
  });
  return {
    store,
    clock: Date.now,
    random: Math.random,
    sleep: (ms) => delay(ms),
    every: (ms, work) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    },
    openClient: (integrationId, use = 'runs') =>
      openClient(store, integrationId, { ...tools, governorOf, settleMs }, use),
    openSource: async (sourceId) =>
      openSource(store, await tools.keys(), sourceId, {
        spool: spoolOf(settings),
        ownHosts: settings.sourceHosts,
      }),
  };
}

/** The embedded Postgres of the data directory; the last process to leave it stops it. */
async function attachOwn({ dataDirectory }: Settings): Promise<string> {
  const { attachEmbedded } = await import('#store/embedded/attach.ts');
  const server = await attachEmbedded(dataDirectory, {
    log: (text) => log.write({ level: 'info', event: 'database', text }),
  });
  opened.defer(() => server.leave());
  return server.connectionString;
}

function logOf(wanted: Settings['logFormat']): Log {
  const auto = process.stderr.isTTY ? 'text' : 'json';
  const write = (line: string) => void process.stderr.write(line);
  return createLog(wanted === 'auto' ? auto : wanted, write, Date.now);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
