import type { ApiKey } from '#store/api-keys.ts';
import type { WriteKey } from '#store/write-keys.ts';

/** A key as JSON says it; the key itself is shown when it is made, and never again. */
export function keyDocument({ id, ...key }: WriteKey): object {
  const { name, database, hint, createdAt, endsAt, lastUsedAt, revokedAt } = key;
  return {
    ...{ id: String(id), kind: 'write', name, database, hint },
    ...{ createdAt, endsAt, lastUsedAt, revokedAt },
  };
}

/** The same of a key for the API, whose number begins with an a. */
export function apiKeyDocument({ id, ...key }: ApiKey): object {
  return { id: apiKeyNumber(id), kind: 'api', ...key };
}

export function apiKeyNumber(id: number): string {
  return `a${id}`;
}
