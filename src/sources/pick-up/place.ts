import type { FilesTarget } from './target.ts';

/** A file where it lies. */
export interface FoundFile {
  readonly name: string;
  /** Changes with the content; null where only the content itself can tell. */
  readonly version: string | null;
  readonly modifiedMs: number;
}

/** A file on this machine, whole. */
export interface FetchedFile {
  readonly path: string;
  readonly version: string | null;
  readonly sha256: Buffer;
}

/** What all places of files have in common. */
export interface Place extends AsyncDisposable {
  /** Whether a file is there as a whole from the moment that it is there, or grows. */
  readonly growing: boolean;
  /** What is there; files only, in no order. */
  list(): Promise<FoundFile[]>;
  /**
   * Throws IMPORT_FILE_CHANGED when it is no longer what `list` has seen. `into` is a folder for
   * it, where it is not on this machine yet.
   */
  fetch(file: FoundFile, into: string): Promise<FetchedFile>;
}

/** @throws MusterError SOURCE_URL_INVALID, SOURCE_HOST_REFUSED, SOURCE_HOST_KEY, SOURCE_UNREACHABLE */
export async function openPlace(target: FilesTarget): Promise<Place> {
  switch (target.kind) {
    case 'folder':
      return (await import('./_folder.ts')).openFolder(target.url);
    case 'https':
      return (await import('./_https.ts')).openHttps(target);
    case 's3':
      return (await import('./_s3.ts')).openS3(target);
    case 'sftp':
      return await (await import('./_sftp.ts')).openSftp(target);
  }
}
