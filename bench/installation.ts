import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { must } from '#domain/errors/assert.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { serveSandbox } from '#sandbox/serve.ts';

export type Command = (...args: string[]) => Promise<{ stdout: string }>;

/** An installation of its own beside a sandbox whose requests a bench sees. */
export interface Installation extends AsyncDisposable {
  readonly directory: string;
  readonly muster: Command;
  readonly sandbox: Sandbox;
  readonly sandboxUrl: string;
  /** What `connect` needs to reach the sandbox; the token is in the environment. */
  readonly account: readonly string[];
  /** What every command of it runs with. */
  readonly env: NodeJS.ProcessEnv;
  /** Starts `muster serve`; gives its address. */
  serve(): Promise<string>;
}

export const launcher = join(import.meta.dirname, '..', 'bin', 'muster');

/** `databaseUrl` '': the embedded PostgreSQL, with its settings. */
export async function openInstallation(
  databaseUrl: string,
  seen: (request: Request) => void | Promise<void>,
): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
  const watched = {
    ...sandbox,
    async fetch(request: Request) {
      await seen(request.clone());
      return await sandbox.fetch(request);
    },
  };
  const served = await serveSandbox(watched, { port: 0, host: '127.0.0.1' });
  const env = {
    ...process.env,
    MUSTER_DATA: directory,
    DATABASE_URL: databaseUrl,
    MUSTER_TOKEN: sandbox.token,
  };
  let server: ChildProcess | undefined;
  return {
    ...{ directory, sandbox, sandboxUrl: served.url, env },
    account: [
      ...['--api', served.url],
      ...['--ad-account', must(sandbox.adAccounts[0], 'an ad account').id],
    ],
    muster: async (...args) =>
      await promisify(execFile)(launcher, args, { env, maxBuffer: 1 << 26 }),
    async serve() {
      const stdio = ['ignore', 'pipe', 'inherit'] as const;
      server = spawn(launcher, ['serve', '--port', '0'], { env, stdio: [...stdio] });
      return await readUrl(server);
    },
    async [Symbol.asyncDispose]() {
      server?.kill();
      await delay(1_000);
      await served.close();
      await sandbox.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The address that `muster serve` says. */
export async function readUrl(server: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of server.stdout ?? []) {
    output += String(chunk);
    const url = output.match(/http:\S+(?= until)/)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`muster serve ended: ${output}`);
}
