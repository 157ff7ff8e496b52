import type { FoundFile } from './pick-up/place.ts';
import { type FilesTarget, isFilesTarget, placeOfFiles } from './pick-up/target.ts';
import { placeOf, type QueryTarget, testTarget } from './query.ts';

/** Whatever people are read from, with its password. */
export type SourceTarget = QueryTarget | FilesTarget;

/** Connects, and says what answers. @throws MusterError what the connectors throw */
export async function testSource(target: SourceTarget): Promise<string> {
  if (!isFilesTarget(target)) return await testTarget(target);
  const { openPlace } = await import('./pick-up/place.ts');
  const { readyFiles } = await import('./pick-up/ready.ts');
  await using place = await openPlace(target);
  const found = await place.list();
  const { pattern = '*' } = target.settings;
  const { files } = readyFiles(found, { pattern }, whatever);
  return `${names[target.kind]} with ${countOf(files)}`;
}

/** Whether somebody still writes them does not matter here. */
const whatever = { growing: false, nowMs: 0 };

const names = {
  ...{ folder: 'a folder', https: 'a URL', s3: 'a bucket', sftp: 'an SFTP server' },
} as const;

function countOf(files: readonly FoundFile[]): string {
  if (files.length === 0) return 'no such file yet';
  const newest = files.at(-1)?.name ?? '';
  return files.length === 1 ? newest : `${files.length} such files, the newest ${newest}`;
}

/** Where it leads, for people: no user, no password. @throws MusterError SOURCE_URL_INVALID */
export function placeOfSource(target: SourceTarget): string {
  return isFilesTarget(target) ? placeOfFiles(target) : placeOf(target);
}
