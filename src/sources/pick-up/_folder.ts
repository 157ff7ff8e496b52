import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { FoundFile, Place } from './place.ts';
import { digestOf } from './_spool.ts';

/**
 * A folder of this machine, without those below it. Links are left out: whoever may put files there
 * shall not name others that Muster may read.
 */
export function openFolder(folder: string): Place {
  const look = async (name: string): Promise<FoundFile> => {
    const { size, mtimeMs, ino } = await stat(join(folder, name));
    return { name, version: `${ino}-${size}-${mtimeMs}`, modifiedMs: mtimeMs };
  };
  return {
    growing: true,
    async list() {
      try {
        const entries = await readdir(folder, { withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile());
        return await Promise.all(files.map(({ name }) => look(name)));
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
        throw new MusterError('SOURCE_UNREACHABLE', `${folder} (${code})`, { cause });
      }
    },
    async fetch({ name, version }) {
      const path = join(folder, name);
      const sha256 = await digestOf(path);
      const now = await look(name);
      if (now.version !== version) throw new MusterError('IMPORT_FILE_CHANGED', name);
      return { path, version, sha256 };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
