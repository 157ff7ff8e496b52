import { MusterError } from '#domain/errors/muster-error.ts';
import { findIntegration, type Integration, listIntegrations } from '#store/connections.ts';
import type { Db } from '#store/db.ts';
import { chooseIntegration } from '#sync/choose-integration.ts';

/**
 * Where an audience goes and whose people are in it.
 * @throws MusterError NOT_CONNECTED where there is no integration, INTEGRATION_UNCLEAR, …_UNKNOWN
 */
export async function findPlace(
  db: Db,
  { integration: name, database }: { integration?: string; database?: string },
): Promise<Integration> {
  const integration =
    name === undefined
      ? chooseIntegration(await listIntegrations(db), database)
      : await findIntegration(db, name);
  if (integration === null) {
    const of = database === undefined ? '' : ` of the database “${database}”`;
    throw new MusterError('NOT_CONNECTED', `no integration${of}`);
  }
  if (database !== undefined && integration.database !== database) {
    const measured = `the integration “${integration.name}” is for database ${integration.database}`;
    throw new MusterError('USAGE', measured);
  }
  return integration;
}
