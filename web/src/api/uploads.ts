import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Upload =
  Paths['/uploads/{uploadId}']['get']['responses'][200]['content']['application/json'];
export type UploadReport = NonNullable<Upload['report']>;

export interface UploadWish {
  readonly databaseId: string;
  readonly file: File;
  /** The column with the id; '': guessed by its name. */
  readonly id: string;
  readonly map: string;
  readonly mirror: boolean;
  /** Read and count everything, change nothing. */
  readonly dryRun: boolean;
}

const LOOK_AGAIN_MS = 1_000;

/** Sends the file; a worker reads it, and the upload says what came of it. */
export async function sendFile(wish: UploadWish): Promise<Upload> {
  const { databaseId, file, id, map, mirror, dryRun } = wish;
  const flag = (is: boolean) => (is ? 'true' : 'false');
  const asked = api.POST('/databases/{databaseId}/imports', {
    params: {
      path: { databaseId },
      query: {
        file: file.name,
        ...(id === '' ? {} : { id }),
        ...(map === '' ? {} : { map }),
        ...{ mirror: flag(mirror), dryRun: flag(dryRun) },
      },
    },
    headers: { 'content-type': 'application/octet-stream', prefer: 'respond-async' },
    body: file,
    bodySerializer: (body) => body as File,
  });
  return (await answered(asked)) as Upload;
}

const isOver = ({ finishedAt }: Upload) => finishedAt !== null;

/** How far it is, asked again until it has ended. */
export const uploadQuery = (uploadId: string) =>
  queryOptions({
    queryKey: ['uploads', uploadId],
    queryFn: () => answered(api.GET('/uploads/{uploadId}', { params: { path: { uploadId } } })),
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && isOver(data) ? false : LOOK_AGAIN_MS,
  });

/** Where the lines that were left out can be had as a file. */
export const rejectedFile = (uploadId: string): string =>
  new URL(`api/v1/uploads/${uploadId}/rejected`, document.baseURI).href;
