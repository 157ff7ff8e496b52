import { Secret } from '#config/secret.ts';
import { problemError } from '#meta/problems.ts';
import type { Connection } from '#store/credentials.ts';
import type { Store } from '#store/db.ts';
import { clientFor, type ConnectTools, keepCredentials, type LoggedIn } from './connect.ts';
import { openCredentials } from './credentials.ts';

/**
 * Sixty new days for a system user's token. The old one lives on to its own end, so nothing breaks if
 * the answer is lost; one that has ended cannot be refreshed.
 * @throws MusterError META_APP_MISSING, META_…
 */
export async function refreshToken(
  store: Store,
  connection: Connection,
  tools: ConnectTools,
): Promise<LoggedIn> {
  const { id, origin, apiUrl } = connection;
  const kept = await openCredentials(store, await tools.keys(), id);
  const credentials = { ...kept, origin, apiUrl };
  const answer = await clientFor(credentials, tools).refreshSystemUserToken(kept.token.reveal());
  if (answer.outcome !== 'clean') throw problemError(answer.problem);
  const token = new Secret(answer.body.token);
  return await keepCredentials(store, { ...credentials, token }, { connection, name: null }, tools);
}
