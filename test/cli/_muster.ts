import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

// Each test starts processes, and the machine may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const launcher = fileURLToPath(new URL('../../bin/muster', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A data directory of its own and real processes on it, as a person at a shell has them. */
export interface Desk extends AsyncDisposable {
  readonly directory: string;
  /** Runs a command to its end. */
  muster(args: readonly string[], input?: string): Promise<Ended>;
  /** Runs it with --json; fails unless it ends with 0 and prints exactly one document. */
  json<T>(args: readonly string[]): Promise<T>;
  /** Starts a command that stays, and gives its first line. */
  start(args: readonly string[]): Promise<Running>;
}

export interface Running {
  readonly firstLine: string;
  /** What was printed together with that line. */
  readonly firstOutput: string;
  readonly process: ChildProcess;
  /** Sends the signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

export async function openDesk(environment: Record<string, string> = {}): Promise<Desk> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-desk-'));
  const running = new Set<ChildProcess>();
  const options = { env: { ...cleanEnvironment(), MUSTER_DATA: directory, ...environment } };

  async function muster(args: readonly string[], input = ''): Promise<Ended> {
    const child = spawn(launcher, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const closed = once(child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      closed,
    ]);
    return { code, stdout, stderr };
  }

  return {
    directory,
    muster,
    async json<T>(args: readonly string[]): Promise<T> {
      const { code, stdout, stderr } = await muster([...args, '--json']);
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return onlyDocument<T>(stdout);
    },
    async start(args) {
      const child = spawn(launcher, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      let output = '';
      for await (const chunk of child.stdout) {
        output += String(chunk);
        if (output.includes('\n')) break;
      }
      const [firstLine = ''] = output.split('\n');
      if (firstLine === '') throw new Error(`${args.join(' ')} printed nothing: ${errors}`);
      return {
        ...{ firstLine, firstOutput: output, process: child },
        stop: (signal) => stop(child, signal),
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((child) => stop(child, 'SIGTERM')));
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The one document of an output that must hold nothing else. */
export function onlyDocument<T>(output: string): T {
  if (!/^[^\n]+\n$/.test(output)) throw new Error(`not one line: ${JSON.stringify(output)}`);
  return JSON.parse(output) as T;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return (await ended)[0];
}

/** Without what the person who runs the tests has set for their own Muster. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = (name: string) => name.startsWith('MUSTER_') || name === 'DATABASE_URL';
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
}
