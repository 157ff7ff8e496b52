import { healthOf } from '#connections/health.ts';
import type { Integration } from '#store/connections.ts';
import type { Connection } from '#store/credentials.ts';

/** One connection for programs; the token is in none of it. */
export function connectionDocument(
  connection: Connection,
  integrations: readonly Integration[],
  now: Date,
) {
  const { id, stoppedFor, stoppedAt, ...rest } = connection;
  return {
    ...rest,
    state: healthOf(connection, now).state,
    stopped: stoppedFor === null ? null : { ...stoppedFor, since: stoppedAt },
    integrations: integrations
      .filter((one) => one.connectionId === id)
      .map(({ name, database, adAccount, enabled }) => ({ name, database, adAccount, enabled })),
  };
}

export type ConnectionDocument = ReturnType<typeof connectionDocument>;
