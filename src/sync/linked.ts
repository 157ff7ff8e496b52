import { MusterError } from '#domain/errors/muster-error.ts';
import { readBack } from '#insights/read-back.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { findAudience } from '#store/audiences.ts';
import { readIntegration } from '#store/connections.ts';
import { activeLink } from '#store/links.ts';
import type { Muster } from './muster.ts';
import { integrationOf } from './scope.ts';

/** An audience's counterpart, as --json prints it. */
export interface LinkedDocument {
  readonly audience: string;
  readonly metaAudienceId: string;
  readonly adAccount: string;
  readonly integration: string;
  readonly database: string;
  readonly sandbox: boolean;
  readonly atMeta: StateAtMeta | null;
}

/**
 * What an audience is linked to, by what Meta said last, or says now.
 * @throws MusterError AUDIENCE_NOT_LINKED, META_UNREACHABLE
 */
export async function readLinked(
  muster: Muster,
  name: string,
  refresh: boolean,
): Promise<LinkedDocument> {
  const { store } = muster;
  const audience = await findAudience(store, name);
  const link = await activeLink(store, audience.id);
  if (link === null) throw new MusterError('AUDIENCE_NOT_LINKED', `“${name}”`);
  const integrationId = await integrationOf(store, audience);
  if (refresh) {
    const client = await muster.openClient(integrationId);
    if (!(await readBack(store, client, { link, runId: null }))) {
      throw new MusterError('META_UNREACHABLE', 'the audience could not be read');
    }
  }
  const { name: integration, database, sandbox } = await readIntegration(store, integrationId);
  const { metaAudienceId, adAccount } = link;
  const atMeta = (await statesAtMeta(store, [audience.id])).get(name) ?? null;
  return { audience: name, metaAudienceId, adAccount, integration, database, sandbox, atMeta };
}
