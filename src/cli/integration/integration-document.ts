import type { Integration } from '#store/connections.ts';

/** One integration for programs. */
export function integrationDocument(integration: Integration) {
  const { name, database, adAccount, connection, sandbox, enabled } = integration;
  const { externalIdAllowed, requiredConsents, stoppedFor, connectionStoppedFor } = integration;
  return {
    ...{ name, database, adAccount, connection, sandbox, enabled },
    ...{ externalIdAllowed, requiredConsents },
    stopped: connectionStoppedFor ?? stoppedFor,
  };
}
