import { join } from 'node:path';
import type { Settings } from '#config/settings.ts';
import type { SourceTarget } from '#sources/target.ts';
import type { Db } from '#store/db.ts';
import { readSource } from '#store/sources.ts';
import type { KeyRing } from './key.ts';
import { readAddress } from './source-url.ts';

/** Files that are fetched lie here until they are read. */
export function spoolOf({ dataDirectory }: Pick<Settings, 'dataDirectory'>): string {
  return join(dataDirectory, 'pick-up');
}

/** What holds for all sources of an installation. */
export interface SourceSurroundings {
  readonly spool: string;
  /** Hosts that the operator allows. */
  readonly ownHosts: readonly string[];
}

/** Where a source is, with its password. @throws MusterError TOKEN_SEALED */
export async function openSource(
  db: Db,
  keys: KeyRing,
  sourceId: number,
  surroundings: SourceSurroundings,
): Promise<SourceTarget> {
  const { kind, allowPrivate, settings } = await readSource(db, sourceId);
  const { url, secret } = await readAddress(db, keys, sourceId);
  return { kind, url, secret, settings, allowPrivate, ...surroundings };
}
