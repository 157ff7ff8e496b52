import type { WriteKey } from '#store/write-keys.ts';

/** A key as JSON says it; the key itself is shown when it is made, and never again. */
export function keyDocument({ id, name, database, hint, createdAt, revokedAt }: WriteKey): object {
  return { id: String(id), kind: 'write', name, database, hint, createdAt, revokedAt };
}
