import type { OverviewSource } from '#http/overview.ts';
import type { Session } from './session.ts';

/** Where the status page and `muster status` read from. Starts the database. */
export async function overviewSource(session: Session): Promise<OverviewSource> {
  const { store } = await session.muster();
  return {
    db: store,
    dataDirectory: session.settings.dataDirectory,
    serverKind: session.secrets.databaseUrl === null ? 'embedded' : 'external',
    fetch: session.tools.fetch,
    apiVersion: session.settings.apiVersion,
    quotaSharePercent: session.settings.quotaSharePercent,
  };
}
