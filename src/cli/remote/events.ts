import type { ShownCall } from '#store/recent-calls.ts';
import { printCalls, readWish } from '../events/tail.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { databaseNamed } from './named.ts';
import { answered, everyOne } from './server.ts';

/** So many at once; the most that the API gives. */
const CALLS_MAX = 500;

/** Of one database, or of all that the key may see; what came under an unknown key is nobody's there. */
export const tail: RemoteForm = async (server, session, command) => {
  const { lines, database } = readWish(command);
  const databases =
    database === undefined
      ? await everyOne((query) => server.GET('/databases', { params: { query } }))
      : [await databaseNamed(server, database)];
  return await printCalls(session, command, lines, async (after, limit) => {
    const calls: ShownCall[] = [];
    for (const { id: databaseId, name } of databases) {
      const query = { after, limit: Math.min(limit, CALLS_MAX) };
      const params = { path: { databaseId }, query };
      const { items } = await answered(server.GET('/databases/{databaseId}/events', { params }));
      calls.push(
        ...items.map((call) =>
          withMoments<ShownCall>({ ...call, id: Number(call.id), database: name }, ['at']),
        ),
      );
    }
    return calls.toSorted((a, b) => a.id - b.id).slice(-limit);
  });
};
