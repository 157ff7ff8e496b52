import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetUploads, withUpload } from '#store/uploads.ts';
import type { Muster } from '#sync/muster.ts';
import { performUpload } from '#sync/uploads.ts';

/** So long the list of lines that were left out can be fetched. */
const KEPT_DAYS = 7;

/** No import takes that long: what lies there is of a process that died. */
const LEFT_BEHIND_MS = 86_400_000;

/** Takes the upload that waits longest, and imports it by way of this directory; false when there is none. */
export async function takeOneUpload(muster: Muster, directory: string): Promise<boolean> {
  const done = await withUpload(muster.store, async (upload) => {
    await performUpload(muster, upload, directory);
    return true;
  });
  if (done !== null) return done;
  await forgetUploads(muster.store, KEPT_DAYS);
  await clearLeftBehind(muster, directory);
  return false;
}

async function clearLeftBehind({ clock }: Muster, directory: string): Promise<void> {
  for (const name of await namesIn(directory)) {
    const folder = join(directory, name);
    // Somebody else may be done with it meanwhile.
    const mtimeMs = await stat(folder).then(
      (found) => found.mtimeMs,
      () => Infinity,
    );
    if (mtimeMs < clock() - LEFT_BEHIND_MS) await rm(folder, { recursive: true, force: true });
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    // Nothing was ever sent.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
