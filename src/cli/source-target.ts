import { readKeys } from '#connections/key.ts';
import { readUrl } from '#connections/source-url.ts';
import type { QueryTarget } from '#sources/query.ts';
import { readSource, type Source } from '#store/sources.ts';
import type { Session } from './session.ts';

/** @throws MusterError KEY_INVALID, TOKEN_SEALED */
export async function targetOf(session: Session, source: Source): Promise<QueryTarget> {
  const { store } = await session.muster();
  const keys = await readKeys(session.settings, session.secrets);
  const url = await readUrl(store, keys, source.id);
  return { kind: source.kind, url: url.reveal(), allowPrivate: source.allowPrivate };
}

/** @throws MusterError KEY_INVALID, TOKEN_SEALED */
export async function targetOfId(session: Session, sourceId: number): Promise<QueryTarget> {
  const { store } = await session.muster();
  return await targetOf(session, await readSource(store, sourceId));
}
