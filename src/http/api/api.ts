import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { Check } from '#connections/checks.ts';
import type { ConnectTools } from '#connections/connect.ts';
import type { AppCredentials } from '#connections/credentials.ts';
import type { SourceSurroundings } from '#connections/open-source.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { databaseOf } from '#store/database-of.ts';
import { recordAudit } from '#store/audit.ts';
import type { Db, Store } from '#store/db.ts';
import { readRun } from '#store/run-history.ts';
import type { Muster } from '#sync/muster.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { type Principal, reaches, seesDatabase } from '../auth/principal.ts';
import { apiPath } from '../client.ts';
import { type Access, type ApiRoute, isRepeatable } from '../contract/route.ts';
import type { Overview } from '../overview.ts';
import { asking } from './_asking.ts';
import type { StartSample } from './sample.ts';
import { languageOf, noteLanguage } from './asked-language.ts';
import { answerInGerman } from './german.ts';
import { answerOnce } from './idempotency.ts';
import { invalidRequest, problemResponse } from './problem.ts';

/** What handlers work with besides the request. */
export interface ApiParts {
  readonly muster: Muster;
  readonly installation: Installation;
  readonly signIn: SignIn;
}

/** What an installation has beside its database. */
export interface Installation {
  /** Opens and seals credentials, and asks Meta outside of runs. */
  readonly tools: ConnectTools;
  readonly sources: SourceSurroundings;
  readonly dataDirectory: string;
  readonly serverKind: Overview['server']['kind'];
  /** The Meta app with which people log in; null: they name one each time. */
  readonly app: AppCredentials | null;
  /** Of Meta's API, such as v26.0. */
  readonly apiVersion: string;
  /** Of an ad account's requests those that are ours. */
  readonly quotaSharePercent: number;
  /** What it needs besides Meta, each line with what to do; nothing is changed or sent. */
  readonly diagnose: () => Promise<readonly Finding[]>;
  /** What an installation with nothing in it offers to whoever comes first. */
  readonly startSample: StartSample;
}

/** What is known of a request by the time a handler sees it. */
interface ApiEnv {
  Variables: {
    /** Who asks; set by authentication, and there in every handler. */
    principal: Principal;
    /** Of the thing in the path; there where the route's access names a kind. */
    databaseId: number;
  };
}

/** A line of a check-list. */
export type Finding = Omit<Check, 'name'> & { readonly name: string };

export type Api = OpenAPIHono<ApiEnv>;

export function createApi(): Api {
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result, context) =>
      result.success
        ? undefined
        : invalidRequest(context, result.target, result.error.issues.at(0)),
  });
  api.onError((error, context) => problemResponse(context, error));
  api.notFound((context) => problemResponse(context, new MusterError('API_NOT_FOUND')));
  return api;
}

export type ApiContext = Context<ApiEnv>;

/** A request as its contract says, checked. */
interface Asked<R> {
  readonly params: PartOf<R, 'params'>;
  readonly query: PartOf<R, 'query'>;
  readonly headers: PartOf<R, 'headers'>;
  readonly body: BodyOf<R>;
  readonly principal: Principal;
  /** Of the thing in the path; there where the route's access names a kind. */
  readonly databaseId: number;
}

type PartOf<R, Part extends string> = R extends {
  readonly request: { readonly [P in Part]: infer S extends z.ZodType };
}
  ? z.output<S>
  : undefined;

type BodyOf<R> = R extends {
  readonly request: {
    readonly body: { readonly content: { readonly 'application/json': { schema: infer S } } };
  };
}
  ? S extends z.ZodType
    ? z.output<S>
    : undefined
  : undefined;

/** What a route gives when all is well, before it is JSON: moments are dates still. */
type Given<R extends ApiRoute> = {
  [Status in keyof R['responses']]: R['responses'][Status] extends {
    content: { 'application/json': { schema: infer S extends z.ZodType } };
  }
    ? BeforeJson<z.output<S>>
    : Response | null;
}[keyof R['responses']];

type BeforeJson<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Item)[]
    ? readonly BeforeJson<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: BeforeJson<T[K]> }
      : T;

/**
 * Joins a route to what answers it; whoever may not call it is told before the request is read. The
 * handler gives what the contract says comes back, or null where that is nothing.
 */
export function answer<const R extends ApiRoute>(
  api: Api,
  { muster: { store } }: ApiParts,
  route: R,
  handler: (asked: Asked<R>, context: ApiContext) => Promise<Given<R> | Response>,
): void {
  const status = Number(Object.keys(route.responses)[0]) as 200;
  const access = route['x-access'];
  const allowed = enforce(store, access);
  const middleware = isRepeatable(route.method, access) ? [allowed, answerOnce(store)] : allowed;
  const guarded = { ...route, middleware };
  api.openapi(guarded, async (context: ApiContext) => {
    const valid = (part: string) => context.req.valid(part as never);
    const asked = {
      ...{ params: valid('param'), query: valid('query'), headers: valid('header') },
      body: bodyOf(route as Pick<RouteConfig, 'request'>, valid('json')),
      principal: context.get('principal'),
      databaseId: context.get('databaseId'),
    };
    const given: unknown = await asking(
      ...([store, route, context] as const),
      async () => await handler(asked as Asked<R>, context),
    );
    await writeDown(store, route, context);
    if (given instanceof Response) return given;
    if (given === null) return context.body(null, 204);
    const language = languageOf(context);
    noteLanguage(context, language);
    return context.json((language === 'de' ? answerInGerman(given) : given) as object, status);
  });
}

/** Who changed something, or saw what is personal: written down once it was done. */
async function writeDown(store: Store, route: ApiRoute, context: ApiContext): Promise<void> {
  const access = route['x-access'];
  if (access === 'public') return;
  const changes = route.method !== 'get' && (access.role !== 'viewer' || isOwn(route.path));
  if (!changes && access.personalData !== true) return;
  const { kind, id, name } = context.get('principal');
  const { operationId } = route as { operationId?: string };
  await recordAudit(store, { kind, id, name }, operationId ?? route.path, {
    database: context.get('databaseId'),
    subject: subjectOf(route.path, context),
  });
}

/** What a viewer asks by POST changes nothing, such as a count; but what is their own, they change. */
function isOwn(path: string): boolean {
  return path.startsWith('/me');
}

/** The path with the numbers in it. What else stands there may be somebody's external id. */
function subjectOf(path: string, context: ApiContext): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = context.req.param(name) ?? '';
    return name === 'userId' || /^\d{1,15}$/.test(value) ? value : '…';
  });
}

/** A body that may be left out is what its defaults are. */
function bodyOf({ request }: Pick<RouteConfig, 'request'>, body: unknown): unknown {
  const content = request?.body?.content['application/json'] as { schema?: z.ZodType } | undefined;
  if (content?.schema === undefined || request?.body?.required === true) return body;
  return content.schema.parse(body ?? {});
}

const wholeNumber = /^[1-9][0-9]{0,8}$/;
const checksum = /^[0-9a-f]{8,64}$/;

/**
 * The one place where access is decided. A database that somebody may not see, and what is in it, is not
 * there for them.
 */
function enforce(db: Db, access: Access | 'public'): MiddlewareHandler<ApiEnv> {
  if (access === 'public') return async (_, next) => await next();
  const { role, personalData, credentials, database, beforeSecondFactor } = access;
  return async (context, next) => {
    const halfway = context.get('halfway');
    if (halfway !== undefined && beforeSecondFactor === true) context.set('principal', halfway);
    const principal = context.get('principal') as Principal | undefined;
    if (principal === undefined) throw notSignedIn(halfway);
    if (!reaches(principal.role, role)) throw new MusterError('API_NOT_ALLOWED', `role ${role}`);
    if (personalData === true && !principal.personalData) {
      throw new MusterError('API_NOT_ALLOWED', 'the right to see personal data');
    }
    if (credentials === true && !principal.credentials) {
      throw new MusterError('API_NOT_ALLOWED', 'the right to handle credentials');
    }
    if (database !== undefined && database !== 'handler') {
      const id = context.req.param(`${database}Id`) ?? '';
      const isId = database === 'plan' ? checksum : wholeNumber;
      const found = isId.test(id) ? await databaseOf(db, database, id) : null;
      if (found === null || !seesDatabase(principal, found)) {
        throw new MusterError('API_NOT_FOUND', `${database} ${id.slice(0, 20)}`);
      }
      context.set('databaseId', found);
    }
    await next();
  };
}

/** What is said to somebody without a principal. */
export function notSignedIn(halfway: Principal | undefined): MusterError {
  return new MusterError(halfway === undefined ? 'API_LOGIN_NEEDED' : 'LOGIN_FACTOR_NEEDED');
}

/** For lists: the databases that somebody sees, or the one of them that is asked for; absent: all. */
export function visibleDatabases(
  principal: Principal,
  databaseId?: string,
): { databaseIds?: readonly number[] } {
  if (databaseId === undefined) {
    return principal.databases === 'all' ? {} : { databaseIds: principal.databases };
  }
  const id = Number(databaseId);
  return { databaseIds: seesDatabase(principal, id) ? [id] : [] };
}

/** The answer to what a run does after it: 202, and where to look. */
export async function acceptedRun(db: Db, context: ApiContext, runId: number) {
  const run = must(await readRun(db, runId), 'a run that was just asked for is there');
  context.header('location', `${apiPath}/runs/${runId}`);
  return { runId: run.runId, audienceId: run.audienceId, state: run.state };
}
