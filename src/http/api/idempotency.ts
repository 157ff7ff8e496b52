import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  beginAnswer,
  dropAnswer,
  keepAnswer,
  type StoredAnswer,
} from '#store/answered-requests.ts';
import type { Db } from '#store/db.ts';
import type { Principal } from '../auth/principal.ts';

const KEY_LENGTH_MAX = 200;

/**
 * A request that is sent again under its Idempotency-Key gets the answer of the first, and is not done
 * again: for a day, by the same caller. What came to nothing is not kept. Streams are left out: putting the
 * same people in twice changes nothing.
 */
export function answerOnce(db: Db): MiddlewareHandler<{ Variables: { principal: Principal } }> {
  return async (context, next) => {
    const key = context.req.header('idempotency-key');
    const type = context.req.header('content-type') ?? 'application/json';
    if (key === undefined || !type.startsWith('application/json')) return await next();
    if (key === '' || key.length > KEY_LENGTH_MAX) {
      throw new MusterError('API_REQUEST_INVALID', '/header/idempotency-key: 1 to 200 characters');
    }
    const { kind, id } = context.get('principal');
    const asked = { principal: `${kind} ${id}`, key, digest: await digestOf(context) };
    const known = await beginAnswer(db, asked);
    if (known !== null) return repeated(known, asked.digest);
    try {
      await next();
    } finally {
      const { res } = context;
      const isDone = context.error === undefined && res.status < 400;
      if (isDone) await keepAnswer(db, asked, await storable(res));
      else await dropAnswer(db, asked);
    }
    return undefined;
  };
}

async function digestOf({ req }: Context): Promise<string> {
  const body = new Uint8Array(await req.arrayBuffer());
  return createHash('sha256').update(`${req.method} ${req.url}\n`).update(body).digest('hex');
}

/** @throws MusterError API_KEY_REUSED, API_UNDER_WAY */
function repeated({ digest, status, answer, headers }: StoredAnswer, asked: string): Response {
  if (digest !== asked) throw new MusterError('API_KEY_REUSED');
  if (status === null) throw new MusterError('API_UNDER_WAY');
  const body = status === 204 ? null : answer;
  return new Response(body, { status, headers: { ...headers, 'idempotency-replayed': 'true' } });
}

async function storable(response: Response) {
  const names = ['content-type', 'etag', 'location'] as const;
  const headers = names.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const answer = await response.clone().text();
  return { status: response.status, answer, headers: Object.fromEntries(headers) };
}
