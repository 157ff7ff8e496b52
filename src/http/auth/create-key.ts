import { type ApiKey, type ApiKeyWish, createApiKey } from '#store/api-keys.ts';
import { type AuditActor, recordAuditIn } from '#store/audit.ts';
import type { Store } from '#store/db.ts';
import { hashOfSecret, hintOfApiKey, makeApiKey } from './api-key.ts';

/** Makes a key for the API and writes down who made it. The key is in the answer and nowhere else. */
export async function createKey(
  store: Store,
  actor: AuditActor,
  wish: Omit<ApiKeyWish, 'hash' | 'hint'>,
  randomBytes: (bytes: number) => Buffer,
): Promise<{ readonly key: string; readonly made: ApiKey }> {
  const key = makeApiKey(randomBytes);
  const made = await store.tx(async (tx) => {
    const hash = hashOfSecret(key);
    const written = await createApiKey(tx, { ...wish, hash, hint: hintOfApiKey(key) });
    const detail = { role: written.role };
    await recordAuditIn(tx, actor, 'key.create', { subject: `keys/${written.id}`, detail });
    return written;
  });
  return { key, made };
}
