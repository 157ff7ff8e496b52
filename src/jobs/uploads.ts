import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetUploads, withUpload } from '#store/uploads.ts';
import type { Muster } from '#sync/muster.ts';
import { performUpload } from '#sync/uploads.ts';

/** So long the list of lines that were left out can be fetched. */
const KEPT_DAYS = 7;

/** Takes the upload that waits longest of those on this disk, and imports it; false when there is none. */
export async function takeOneUpload(muster: Muster, directory: string): Promise<boolean> {
  const folders = await foldersIn(directory);
  if (folders.length === 0) return false;
  const done = await withUpload(muster.store, folders, async (upload) => {
    await performUpload(muster, upload, join(directory, upload.folder));
    return true;
  });
  if (done === null) await dropOld(muster, directory, folders);
  return done ?? false;
}

async function dropOld({ store }: Muster, directory: string, folders: readonly string[]) {
  for (const folder of await forgetUploads(store, folders, KEPT_DAYS)) {
    await rm(join(directory, folder), { recursive: true, force: true });
  }
}

async function foldersIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    // Nothing was ever sent.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
