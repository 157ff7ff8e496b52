import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import type { Role } from '../auth/principal.ts';

/** How a route finds out whose people it is about. Of the others there is an id in the path: `{audienceId}`. */
type FoundBy =
  | ('database' | 'audience' | 'run' | 'plan' | 'integration')
  | ('model' | 'modelRun' | 'scenario' | 'upload');

/** Who may call a route. Stands in the document as `x-access`. */
export interface Access {
  /** The least role. */
  readonly role: Role;
  /** Needs the right to see personal data, too. */
  readonly personalData?: true;
  /** Needs the right to handle credentials, too. */
  readonly credentials?: true;
  /** Also for who has not shown the second factor that everybody needs: it is how one does. */
  readonly beforeSecondFactor?: true;
  /** It gives a secret, which is kept nowhere: not to be had again by an Idempotency-Key. */
  readonly shownOnce?: true;
  /**
   * The database in question: that of the named thing in the path, or `handler`, where the route itself
   * asks (lists leave out what may not be seen, bodies name a database). Absent: it is about none.
   */
  readonly database?: FoundBy | 'handler';
}

/** RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457, 2026-11-22) with our code and the next step. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().openapi({ description: 'Of the error catalogue; `muster help CODE`' }),
    path: z
      .string()
      .nullable()
      .openapi({ description: 'JSON pointer into the request: /query/limit, /body/rule/all/0' }),
    next: z.string().openapi({ description: 'What to do now' }),
  })
  .openapi('Problem');

const problemResponse = {
  description: 'A problem, with its code and the next step',
  content: { 'application/problem+json': { schema: problem } },
};

interface Declared {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** Names the operation in clients that are generated. */
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** `public`: for strangers too, since it is how one stops to be one. */
  readonly access: Access | 'public';
  readonly request?: NonNullable<RouteConfig['request']>;
  /** What comes back when all is well; problems are declared for every route. */
  readonly responses: RouteConfig['responses'];
}

/** What `apiRoute` makes of it. */
export type ApiRoute<R extends Declared = Declared> = Pick<R, 'method' | 'path' | 'responses'> &
  (R extends { readonly request: infer Q } ? { readonly request: Q } : unknown) & {
    readonly 'x-access': Access | 'public';
  };

/** One route of the API: what it takes and gives, and who may call it. */
export function apiRoute<const P extends string, const R extends Declared & { readonly path: P }>(
  declared: R,
): ApiRoute<R> {
  const { access, tag, responses, ...rest } = declared as Declared;
  const route: unknown = createRoute({
    ...rest,
    ...(isRepeatable(rest.method, access) ? { request: repeatable(rest.request) } : {}),
    tags: [tag],
    security: access === 'public' ? [] : [{ key: [] }, { session: [] }],
    'x-access': access,
    responses: { ...responses, default: problemResponse },
  });
  return route as ApiRoute<R>;
}

/** Answers are kept of what is about a database; not of logins, keys and invitations, which hold secrets. */
export function isRepeatable(method: string, access: Access | 'public'): boolean {
  if (method !== 'post' || access === 'public') return false;
  return access.database !== undefined && access.shownOnce !== true;
}

/** The header is no part of the types: clients add it where they want to send something again. */
function repeatable(request: Declared['request']): NonNullable<Declared['request']> {
  const headers = (request?.headers ?? z.object({})) as z.ZodObject;
  return { ...request, headers: headers.extend({ 'idempotency-key': idempotencyKey }) };
}

const idempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .openapi({ description: 'The same request again under it gets the same answer, for a day' });

/** A body or an answer in JSON. */
export function json<S extends z.ZodType>(
  schema: S,
): { readonly 'application/json': { readonly schema: S } } {
  return { 'application/json': { schema } };
}

/** Our own numbers go over the wire as text, so that no client rounds them. */
export const id = z.string().regex(/^[1-9][0-9]{0,14}$/);

export const moment = z.iso.datetime();
