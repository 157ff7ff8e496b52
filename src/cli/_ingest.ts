import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { namesOf } from '#config/log.ts';
import { ingestRoutes } from '#http/ingest/routes.ts';
import { CallAcceptor } from '#sync/accept-calls.ts';
import { EventWorker } from '#sync/event-worker.ts';
import type { Session } from './session.ts';

/** Takes calls in until the command ends, and makes them part of profiles. */
export async function openIngest(session: Session): Promise<Hono> {
  const muster = await session.muster();
  const worker = new EventWorker(muster, (error) => {
    const text = `events: ${(error as Error).name}; what was accepted waits, trying again`;
    session.log.write({ level: 'error', event: 'calls wait', ...namesOf(error), text });
  });
  const acceptor = new CallAcceptor(muster.store, (databaseIds) => worker.wake(databaseIds));
  session.atEnd(async () => {
    await acceptor.close();
    await worker.close();
  });
  return ingestRoutes({
    ...{ db: muster.store, clock: muster.clock, newMessageId: randomUUID },
    accept: (acceptance) => acceptor.accept(acceptance),
    checkRoom(databaseId) {
      worker.checkRoom(databaseId);
      acceptor.checkRoom(databaseId);
    },
  });
}
