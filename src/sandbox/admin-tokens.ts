import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type AccessToken, deathOf, keepToken, listTokens, scopesKnown } from './access-tokens.ts';
import { readJson, refuse } from './admin-input.ts';
import { issueToken } from './oauth.ts';
import type { Simulation } from './simulation.ts';

const tokenWanted = z.strictObject({
  kind: z.enum(['SYSTEM_USER', 'USER']).default('SYSTEM_USER'),
  scopes: z.array(z.string().regex(/^\w+$/)).default([...scopesKnown]),
  accounts: z.array(z.string()).nullable().default(null),
  expiresInSeconds: z.int().positive().nullable().default(null),
});
/** A subcode of 190, or null to let it live again. */
const tokenChange = z.strictObject({ endedBy: z.int().positive().nullable() });

/** GET and POST /_sandbox/tokens, POST /_sandbox/tokens/ID: give tokens out, and end them. */
export async function answerTokens(
  simulation: Simulation,
  request: Request,
  id: string | undefined,
): Promise<Response> {
  const { state } = simulation;
  if (request.method === 'GET') {
    return Response.json({
      tokens: listTokens(state).map((token) => tokenShown(simulation, token)),
    });
  }
  const body = await readJson(request);
  if (id === undefined) {
    const wanted = tokenWanted.safeParse(body);
    if (!wanted.success) return refuse(z.prettifyError(wanted.error));
    const { expiresInSeconds, ...rest } = wanted.data;
    const lifeMs = expiresInSeconds === null ? null : expiresInSeconds * 1000;
    const issued = issueToken(simulation, { ...rest, declined: [], lifeMs });
    return Response.json(tokenShown(simulation, issued));
  }
  const token = listTokens(state).find((one) => tokenId(one) === id);
  if (token === undefined) return refuse(`There is no token ${id}`, 404);
  const change = tokenChange.safeParse(body);
  if (!change.success) return refuse(z.prettifyError(change.error));
  const changed = { ...token, ...change.data };
  keepToken(state, changed);
  return Response.json(tokenShown(simulation, changed));
}

/** A name for a token that may stand in an address. */
export function tokenId({ token }: AccessToken): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 12);
}

function tokenShown({ clock }: Simulation, token: AccessToken): object {
  const { issuedAt, expiresAt } = token;
  return {
    id: tokenId(token),
    ...token,
    issuedAt: new Date(issuedAt).toISOString(),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    isAlive: deathOf(token, clock()) === null,
  };
}
