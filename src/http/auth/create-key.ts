import { type ApiKey, type ApiKeyWish, createApiKey } from '#store/api-keys.ts';
import type { Db } from '#store/db.ts';
import { hashOfSecret, hintOfApiKey, makeApiKey } from './api-key.ts';

/** Makes a key for the API. The key is in the answer and nowhere else. */
export async function createKey(
  db: Db,
  wish: Omit<ApiKeyWish, 'hash' | 'hint'>,
  randomBytes: (bytes: number) => Buffer,
): Promise<{ readonly key: string; readonly made: ApiKey }> {
  const key = makeApiKey(randomBytes);
  const hash = hashOfSecret(key);
  const made = await createApiKey(db, { ...wish, hash, hint: hintOfApiKey(key) });
  return { key, made };
}
