import type { Integration } from '#store/connections.ts';

/** One integration for programs. */
export function integrationDocument(integration: Integration): object {
  const { name, database, adAccount, connection, sandbox, enabled } = integration;
  const { stoppedFor, connectionStoppedFor } = integration;
  return {
    ...{ name, database, adAccount, connection, sandbox, enabled },
    stopped: connectionStoppedFor ?? stoppedFor,
  };
}
