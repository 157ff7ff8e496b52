import type { Db, Store } from './db.ts';

/** The file as it was sent, or the lines of it that were left out. */
export type UploadPart = 'file' | 'rejected';

const PART_BYTES = 1 << 20;

/**
 * Keeps bytes of an upload, in place of those that were there. They are durable with the next statement that
 * commits, such as that of queueUpload.
 */
export async function keepUploadBytes(
  store: Store,
  uploadId: number,
  kind: UploadPart,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  await dropUploadBytes(store, uploadId, kind);
  let part = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const write = async (): Promise<void> => {
    await addPart(store, [uploadId, kind, part, Buffer.concat(waiting)]);
    part += 1;
    waiting = [];
    waitingBytes = 0;
  };
  for await (const piece of bytes) {
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes >= PART_BYTES) await write();
  }
  if (waitingBytes > 0) await write();
}

async function addPart(store: Store, row: readonly unknown[]): Promise<void> {
  await store.tx(async (tx) => {
    await tx.query('set local synchronous_commit = off');
    await tx.query(
      'insert into upload_part (upload_id, kind, part, bytes) values ($1, $2, $3, $4)',
      row,
    );
  });
}

/** Piece by piece; nothing when there is nothing. */
export async function* readUploadBytes(
  db: Db,
  uploadId: number,
  kind: UploadPart,
): AsyncGenerator<Buffer, void, undefined> {
  for (let part = 0; ; part++) {
    const [found] = await db.query<{ bytes: Buffer }>(
      'select bytes from upload_part where upload_id = $1 and kind = $2 and part = $3',
      [uploadId, kind, part],
    );
    if (found === undefined) return;
    yield found.bytes;
  }
}

async function dropUploadBytes(db: Db, uploadId: number, kind: UploadPart): Promise<void> {
  await db.query('delete from upload_part where upload_id = $1 and kind = $2', [uploadId, kind]);
}
