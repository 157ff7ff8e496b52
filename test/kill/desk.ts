import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/main.ts');

/** A file that is loaded before Muster, and what it is told. */
export interface Spoilt {
  readonly by: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The process is killed at a named moment; `at` is `P7:3`. */
export function crashes(at: string): Spoilt {
  return { by: join(import.meta.dirname, 'crashing-process.ts'), env: { CRASH_AT: at } };
}

/** Its clock is moved by so much, so long after it began. */
export function stepsClock(byMs: number, afterMs: number): Spoilt {
  const env = { CLOCK_STEP: `${byMs}:${Math.round(afterMs)}` };
  return { by: join(import.meta.dirname, 'clock-step-process.ts'), env };
}

export interface Ended {
  /** Null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Command {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

export type Standing = 'sandbox' | 'serve';

/** One data directory with the processes of a real installation on it, any of which may be killed. */
export class Desk implements AsyncDisposable {
  readonly directory: string;
  readonly #workers: number;
  readonly #standing = new Map<Standing, ChildProcess>();
  #sandboxPort = '0';
  sandboxUrl = '';
  /** When no process is there any more, and the directory still is. */
  atEnd: () => void = () => {};

  private constructor(directory: string, workers: number) {
    this.directory = directory;
    this.#workers = workers;
  }

  /** @param workers of `serve`; without any, a command does its work itself */
  static async open(workers: number): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'muster-kill-')), workers);
  }

  /** Begins a command. */
  begin(args: readonly string[], spoilt: Spoilt | null = null): Command {
    const preload = spoilt === null ? [] : ['--import', spoilt.by];
    const child = this.#spawn([...preload, main, ...args], spoilt?.env ?? {});
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
      ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
    );
    return { pid: child.pid ?? 0, ended };
  }

  /** A command to its end. */
  async run(args: readonly string[], spoilt: Spoilt | null = null): Promise<Ended> {
    return await this.begin(args, spoilt).ended;
  }

  /** Starts what has to stand, if it does not. */
  async stand(name: Standing): Promise<void> {
    const known = this.#standing.get(name);
    if (known !== undefined && known.exitCode === null && known.signalCode === null) return;
    const port = name === 'sandbox' ? this.#sandboxPort : '0';
    const workers = name === 'serve' ? ['--workers', String(this.#workers)] : [];
    const child = this.#spawn([main, name, '--port', port, ...workers], {});
    this.#standing.set(name, child);
    let output = '';
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output.includes('\n')) break;
    }
    if (!output.includes('\n'))
      throw new Error(`${name} did not start: ${await text(child.stderr)}`);
    child.stderr.resume();
    if (name !== 'sandbox') return;
    this.sandboxUrl = (JSON.parse(output.split('\n')[0] ?? '') as { url: string }).url;
    this.#sandboxPort = new URL(this.sandboxUrl).port;
  }

  pidOf(name: Standing | 'postgres'): number | null {
    if (name !== 'postgres') return this.#standing.get(name)?.pid ?? null;
    const pidFile = join(this.directory, 'postgres/postmaster.pid');
    return existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : null;
  }

  #spawn(args: readonly string[], more: Spoilt['env']) {
    const ours = (name: string) => name.startsWith('MUSTER_') || name === 'DATABASE_URL';
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours(name)));
    return spawn(process.execPath, args, {
      cwd: root,
      env: { ...clean, MUSTER_DATA: this.directory, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#standing.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    this.atEnd();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Kills and stops; false where there was nobody. */
export function signal(pid: number | null, name: NodeJS.Signals): boolean {
  try {
    return pid !== null && pid > 1 && process.kill(pid, name);
  } catch {
    return false;
  }
}
