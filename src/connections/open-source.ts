import type { QueryTarget } from '#sources/query.ts';
import type { Db } from '#store/db.ts';
import { readSource } from '#store/sources.ts';
import type { KeyRing } from './key.ts';
import { readUrl } from './source-url.ts';

/** Where a source is, with its password. @throws MusterError TOKEN_SEALED */
export async function openSource(db: Db, keys: KeyRing, sourceId: number): Promise<QueryTarget> {
  const { kind, allowPrivate } = await readSource(db, sourceId);
  const url = await readUrl(db, keys, sourceId);
  return { kind, url: url.reveal(), allowPrivate };
}
