import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { must } from '#domain/errors/assert.ts';
import type { Store, Tx } from './db.ts';

/**
 * A connection of its own that takes one long COPY, so that the server works on what was written
 * while the next of it is made: a COPY for each batch costs two round trips that wait for us.
 */
export interface CopyLane extends AsyncDisposable {
  /** In a transaction until `end`, outside any afterwards. */
  readonly session: Tx;
  begin(copy: string): void;
  /** Resolves when the bytes are on their way. They must not change after. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the server has all of it and has committed. */
  end(): Promise<void>;
}

export async function openLane(store: Store): Promise<CopyLane> {
  const { session, release } = await hold(store);
  await session.query('begin');
  let copy: Writable | undefined;
  let isEnded = false;
  let failure: Error | undefined;
  return {
    session,
    begin(text) {
      copy = session.openCopy(text);
      // Told at the next write; unheard, it would end the process.
      copy.on('error', (error: Error) => {
        failure = error;
      });
    },
    async write(bytes) {
      if (failure !== undefined) throw failure;
      const stream = must(copy, 'a lane is written to after it began');
      if (!stream.write(bytes)) await once(stream, 'drain');
    },
    async end() {
      if (failure !== undefined) throw failure;
      const stream = must(copy, 'a lane ends after it began');
      isEnded = true;
      stream.end();
      await finished(stream);
      await session.query('commit');
    },
    async [Symbol.asyncDispose]() {
      if (copy !== undefined && !isEnded) await abandon(copy);
      await session.query('rollback').catch(() => {});
      await release();
    },
  };
}

/** The server is told that the rest will not come, and answers that it has forgotten it all. */
async function abandon(copy: Writable): Promise<void> {
  copy.destroy();
  if (!copy.closed) await once(copy, 'close').catch(() => {});
}

/** A session that is held until it is released. */
async function hold(store: Store): Promise<{ session: Tx; release(): Promise<void> }> {
  return await new Promise((resolve, reject) => {
    const over = store.session(
      (session) =>
        new Promise<void>((end) => {
          resolve({
            session,
            async release() {
              end();
              await over;
            },
          });
        }),
    );
    over.catch(reject);
  });
}
