import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Outgoing =
  Paths['/operations']['get']['responses'][200]['content']['application/json']['items'][number];
export type Incoming =
  Paths['/databases/{databaseId}/events']['get']['responses'][200]['content']['application/json']['items'][number];

/** As many as somebody looks through; the others are with their runs. */
const SHOWN_MAX = 200;
const LOOK_MS = 2_000;

const looking = (isPaused: boolean) => ({
  refetchInterval: isPaused ? (false as const) : LOOK_MS,
  // What changes elsewhere reads again all that is not paused.
  enabled: !isPaused,
});

/** The last requests to Meta, the newest first; paused they stay as they are. */
export const outgoingQuery = (isPaused: boolean) =>
  queryOptions({
    queryKey: ['live', 'outgoing'],
    queryFn: async () =>
      (await answered(api.GET('/operations', { params: { query: { limit: SHOWN_MAX } } }))).items,
    ...looking(isPaused),
  });

/** The last calls that came in, the newest first. */
export const incomingQuery = (databaseId: string, isPaused: boolean) =>
  queryOptions({
    queryKey: ['live', 'incoming', databaseId],
    queryFn: async () => {
      const params = { path: { databaseId }, query: { limit: SHOWN_MAX } };
      const { items } = await answered(api.GET('/databases/{databaseId}/events', { params }));
      return items.toReversed();
    },
    ...looking(isPaused),
  });
