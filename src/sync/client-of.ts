import type { Audience } from '#store/audiences.ts';
import type { Muster, OpenClient } from './muster.ts';
import { integrationOf } from './scope.ts';

/**
 * A client for an audience: that of its integration, at the ad account that the audience goes to
 * (features.md C-08). @throws MusterError AUDIENCE_NOT_CONNECTED, and what `openClient` throws
 */
export async function clientOf(muster: Muster, audience: Audience): Promise<OpenClient> {
  const client = await muster.openClient(await integrationOf(muster.store, audience));
  return audience.adAccount === null ? client : { ...client, adAccount: audience.adAccount };
}
