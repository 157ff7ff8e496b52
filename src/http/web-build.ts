import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#domain/errors/muster-error.ts';

const root = join(import.meta.dirname, '../..');
const web = join(root, 'web');
const LOOK_AGAIN_MS = 200;

/** Where the built page is, whether or not it is there yet. */
export const builtWeb = join(web, 'dist');
const stampFile = join(builtWeb, '.stamp');
const lockFile = join(web, '.build.lock');

/**
 * Makes the web page from its sources, unless that was done since they changed last: once, however
 * many ask at the same time, and in a folder aside, so that nobody is served half a page.
 * @returns whether there was something to do
 * @throws MusterError WEB_BUILD_FAILED
 */
export async function buildWeb(stop?: AbortSignal): Promise<boolean> {
  const stamp = stampOfSources();
  if (isBuilt(stamp)) return false;
  try {
    await lock();
    try {
      if (isBuilt(stamp)) return false;
      await build(stamp, stop);
      return true;
    } finally {
      rmSync(lockFile, { force: true });
    }
  } catch (error) {
    throw new MusterError('WEB_BUILD_FAILED', (error as Error).message, { cause: error });
  }
}

function isBuilt(stamp: string): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/** Changes with every source of the page and every version of what it is made with. */
function stampOfSources(): string {
  const files = readdirSync(web, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^(\.|dist|node_modules)/.test(path.slice(web.length + 1)))
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .toSorted();
  const hash = createHash('sha256');
  for (const path of [...files, join(root, 'package-lock.json')]) {
    hash.update(`${path.slice(root.length).replaceAll(sep, '/')}\n`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Waits for whoever builds; one that was killed does not count. */
async function lock(): Promise<void> {
  for (;;) {
    try {
      const file = openSync(lockFile, 'wx');
      await writeFile(lockFile, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    await delay(LOOK_AGAIN_MS);
    if (!isAlive(builderNow())) rmSync(lockFile, { force: true });
  }
}

/** The process that builds; 0: it has not said so yet, or has just ended. */
function builderNow(): number {
  try {
    return Number(readFileSync(lockFile, 'utf8'));
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function build(stamp: string, stop: AbortSignal | undefined): Promise<void> {
  const aside = join(web, `.dist-${process.pid}`);
  try {
    await runVite(aside, stop);
    await writeFile(join(aside, '.stamp'), stamp);
    await rm(builtWeb, { recursive: true, force: true });
    await rename(aside, builtWeb);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function runVite(outDir: string, stop: AbortSignal | undefined): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', web, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, args, {
    cwd: web,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(stop === undefined ? {} : { signal: stop }),
  });
  const said = text(child.stderr);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) throw new Error((await said).trim() || `vite ended with ${exitCode}`);
}
