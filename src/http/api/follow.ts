import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Db } from '#store/db.ts';
import { type Mark, readMarks } from '#store/what-changed.ts';

const RUN_LOOK_MS = 500;
const CHANGES_LOOK_MS = 2_000;
/** Proxies cut what is silent for long. */
const ALIVE_EVERY_MS = 15_000;

/** A run at each change, as server-sent events; the stream ends when the run has. */
export function followRun(
  context: Context,
  read: () => Promise<{ readonly finishedAt: Date | null; readonly state: string }>,
): Response {
  return stream(context, RUN_LOOK_MS, (events) => {
    let last = '';
    return async () => {
      const run = await read();
      const text = JSON.stringify(run);
      if (text !== last) await events.writeSSE({ event: 'run', data: text });
      last = text;
      return run.finishedAt === null;
    };
  });
}

/** Which audiences and runs changed since the stream began, as ids to be read again. */
export function followWhatChanges(
  context: Context,
  db: Db,
  isSeen: (mark: Mark) => boolean,
): Response {
  return stream(context, CHANGES_LOOK_MS, (events) => {
    let known: ReadonlyMap<string, string> | null = null;
    return async () => {
      const marks = (await readMarks(db)).filter(isSeen);
      for (const { kind, id, mark } of known === null ? [] : marks) {
        if (known?.get(`${kind} ${id}`) === mark) continue;
        await events.writeSSE({ event: kind, data: JSON.stringify({ id }) });
      }
      if (known === null) await events.writeSSE({ event: 'ready', data: '{}' });
      known = new Map(marks.map(({ kind, id, mark }) => [`${kind} ${id}`, mark]));
      return true;
    };
  });
}

/** Looks every so often until the look says that it is over, or the listener has gone. */
function stream(
  context: Context,
  everyMs: number,
  begin: (events: SSEStreamingApi) => () => Promise<boolean>,
): Response {
  return streamSSE(context, async (events) => {
    const look = begin(events);
    let silentMs = 0;
    while (!events.aborted && (await look())) {
      await events.sleep(everyMs);
      silentMs += everyMs;
      if (silentMs < ALIVE_EVERY_MS) continue;
      await events.write(': alive\n\n');
      silentMs = 0;
    }
  });
}
