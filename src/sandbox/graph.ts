import { createHash } from 'node:crypto';
import { findAudience } from './audience-records.ts';
import { breakAnswer, cutOff, htmlAnswer, statusShown } from './broken-answers.ts';
import type { Fate, Faults, NamesOver } from './faults.ts';
import { errorBody, GraphError, graphErrors } from './graph-error.ts';
import {
  EdgeRefusal,
  type GraphRequest,
  isRecord,
  readGraphRequest,
  readHead,
} from './graph-request.ts';
import { makeLasting } from './lasting-faults.ts';
import type { LateEffects } from './late-effects.ts';
import { accountOf, authenticate, checkPermission } from './permissions.ts';
import type { RequestLog } from './request-log.ts';
import { type Answer, findRoute, type RouteFound } from './routes.ts';
import type { Settings } from './settings.ts';
import type { Simulation } from './simulation.ts';
import type { MeteredCall, Usage } from './usage.ts';
import { randomText } from './world.ts';

/** All that stands between a request and its answer. */
export interface Graph {
  readonly simulation: Simulation;
  readonly faults: Faults;
  readonly lateEffects: LateEffects;
  readonly usage: Usage;
  readonly requestLog: RequestLog;
  readonly log: (line: string) => void;
}

/** What was decided about one request, before it is put on the wire. */
interface Verdict {
  readonly status: number;
  readonly body: object;
  readonly error: GraphError | null;
  readonly route: RouteFound | null;
  readonly fate: Fate | null;
  readonly answer: Answer | null;
}

/**
 * Answers one call of the Graph API. Rejects where no answer comes at all (a reset, a silence that
 * the client ended), as fetch does.
 */
export async function answerGraph(graph: Graph, request: Request): Promise<Response> {
  const startedAt = performance.now();
  let read: GraphRequest;
  endBeforeBody(graph, request);
  try {
    read = await readGraphRequest(request);
  } catch (error) {
    if (error instanceof EdgeRefusal) return htmlAnswer(400);
    if (error instanceof GraphError) return jsonAnswer(graph, null, refusal(graph, error));
    throw error;
  }
  landLateEffects(graph);
  const verdict = decide(graph, read);
  note(graph, read, verdict, performance.now() - startedAt);
  const { fate } = verdict;
  const whole = () => jsonAnswer(graph, read, verdict, request.headers.get('if-none-match'));
  if (fate === null) return whole();
  return breakAnswer(fate.answer, request, fate.fault?.holdMs ?? null, whole);
}

/** Ends the connection while the request is still being sent, where a fault wants that. */
function endBeforeBody(graph: Graph, request: Request): void {
  let route: RouteFound;
  const head = readHead(request);
  try {
    route = findRoute(head);
  } catch {
    return;
  }
  const fault = graph.faults.endBeforeBody(head, route, namesOver(graph.simulation, route));
  if (fault === null) return;
  const fate = { fault, effect: 'none', answer: 'reset', rejects: () => false } as const;
  note(graph, head, { status: 0, body: {}, error: null, route, fate, answer: null }, 0);
  throw cutOff('ECONNRESET');
}

/** Lets every late effect land whose time has come; what it would answer, nobody hears. */
export function landLateEffects({ simulation, lateEffects }: Graph): void {
  lateEffects.land(simulation.clock(), (request) => {
    const { handle, target } = findRoute(request);
    handle(simulation, request, target, () => false);
  });
}

function decide(graph: Graph, request: GraphRequest): Verdict {
  const { simulation, faults, lateEffects } = graph;
  let route: RouteFound | null = null;
  let fate: Fate | null = null;
  const { usage } = graph;
  try {
    checkVersion(simulation, request);
    // Whoever asks for a token proves itself otherwise.
    const caller = request.path[0] === 'oauth' ? null : authenticate(simulation, request);
    const found = findRoute(request);
    route = found;
    const call = meteredCall(graph, request, found);
    const overQuota = usage.enter(call);
    if (overQuota !== null) throw overQuota;
    checkPermission(simulation, caller, found);
    const drawn = faults.draw(request, found, namesOver(simulation, found));
    fate = drawn;
    if (drawn.effect === 'late') {
      lateEffects.delay(request, simulation.clock() + (drawn.fault?.lagMs ?? 0));
    }
    if (drawn.fault?.isLasting === true) makeLasting(simulation, drawn.fault, request, found);
    if (drawn.answer instanceof GraphError && drawn.effect !== 'now') throw drawn.answer;
    if (drawn.effect !== 'now')
      return { status: 0, body: {}, error: null, route, fate, answer: null };
    const answer = simulation.state.transact(() => {
      const handled = found.handle(simulation, request, found.target, drawn.rejects);
      if (call.account !== null && request.method !== 'GET') usage.keep(call.account);
      return handled;
    });
    if (drawn.answer instanceof GraphError) throw drawn.answer;
    return { status: 200, body: answer.body, error: null, route, fate, answer };
  } catch (error) {
    if (!(error instanceof GraphError)) graph.log(`broken: ${String((error as Error).stack)}`);
    const refused = error instanceof GraphError ? error : graphErrors.unknown();
    return { ...refusal(graph, refused), route, fate };
  }
}

function namesOver(simulation: Simulation, { target }: RouteFound): NamesOver {
  const audience = /^\d+$/.test(target) ? findAudience(simulation.state, target) : null;
  const named = audience === null ? null : { id: audience.id, name: audience.details.name };
  return { audience: named, account: accountOf(simulation, target) };
}

function refusal({ simulation }: Graph, error: GraphError): Verdict {
  const body = errorBody(error, `A${randomText(simulation.random, 22, 36)}`);
  const status = statusOf(error, simulation.settings());
  return { status, body, error, route: null, fate: null, answer: null };
}

/** Others report telling statuses for these; the recordings show 400 for nearly everything. */
function statusOf({ code, status }: GraphError, settings: Settings): number {
  if (code >= 200 && code <= 299) return settings.permissionStatus;
  if (code === 190) return settings.tokenStatus;
  return code <= 2 && settings.faultStatus === 400 ? 400 : status;
}

function meteredCall(graph: Graph, request: GraphRequest, route: RouteFound): MeteredCall {
  return {
    endpoint: route.name,
    account: accountOf(graph.simulation, route.target)?.id ?? null,
    isRead: request.method === 'GET',
    rows: rowsIn(request) ?? 0,
  };
}

function checkVersion({ settings }: Simulation, { version, path }: GraphRequest): void {
  const { versions } = settings();
  if (version === null || versions.includes(version)) return;
  const latest = latestOf(versions);
  if (numberOf(version) < numberOf(latest)) throw graphErrors.retiredVersion(latest);
  throw graphErrors.unknownPath(`/${version}/${path.join('/')}`);
}

function jsonAnswer(
  graph: Graph,
  request: GraphRequest | null,
  { status, body, error, route }: Verdict,
  ifNoneMatch: string | null = null,
): Response {
  const { simulation, usage } = graph;
  const text = JSON.stringify(body);
  const requestId = `A${randomText(simulation.random, 22, 36)}`;
  const headers = new Headers({
    ...recordedHeaders,
    'facebook-api-version': request?.version ?? latestOf(simulation.settings().versions),
    'x-fb-request-id': requestId,
    'x-fb-trace-id': randomText(simulation.random, 11, 36),
    'x-fb-debug': createHash('sha512').update(requestId).digest('base64'),
    ...usage.headers(
      route === null || request === null ? unmetered : meteredCall(graph, request, route),
      error !== null && throttleCodes.has(error.code),
    ),
  });
  if (error !== null) {
    // A header may not carry what a caller has put into the message.
    const message = error.message.replace(/[^ -~]|"/g, '?');
    headers.set('www-authenticate', `OAuth "Facebook Platform" "invalid_request" "${message}"`);
  } else if (request?.method === 'GET') {
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
    headers.set('etag', etag);
    if (ifNoneMatch === etag) return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status, headers });
}

const unmetered: MeteredCall = { endpoint: null, account: null, isRead: true, rows: 0 };

/** On every recorded answer of 2021 (github.com/grouparoo/grouparoo). */
const recordedHeaders = {
  'content-type': 'application/json',
  vary: 'Origin, Accept-Encoding',
  'x-fb-rlafr': '0',
  'access-control-allow-origin': '*',
  'strict-transport-security': 'max-age=15552000; preload',
  pragma: 'no-cache',
  'cache-control': 'private, no-cache, no-store, must-revalidate',
  expires: 'Sat, 01 Jan 2000 00:00:00 GMT',
  'x-fb-rev': '1004781196',
};

const throttleCodes: ReadonlySet<number> = new Set([4, 17, 32, 341, 613, 80_003, 80_004]);

function note(graph: Graph, request: GraphRequest, verdict: Verdict, ms: number): void {
  const { error, fate, answer, route } = verdict;
  const status = fate === null ? verdict.status : statusShown(fate.answer, verdict.status);
  const path = pathOf(request);
  const seen = answer?.seen ?? null;
  graph.requestLog.add({
    at: new Date(graph.simulation.clock()).toISOString(),
    method: request.method,
    path,
    endpoint: route?.name ?? null,
    status,
    error: error === null ? null : { code: error.code, subcode: error.subcode },
    fault: fate?.fault?.name ?? null,
    rows: seen?.rows ?? rowsIn(request),
    invalid: seen?.invalid ?? null,
    schema: seen?.schema ?? null,
    sessionId: seen?.sessionId ?? null,
    bytes: request.bodyBytes,
    ms: Math.round(ms),
  });
  const rows = seen === null ? '' : ` ${seen.rows} rows`;
  const why = fate?.fault?.name ?? (error === null ? '' : `#${error.code}`);
  graph.log(
    `${request.method} ${path} ${status ?? 'unanswered'}${rows} ${Math.round(ms)} ms ${why}`.trimEnd(),
  );
}

/** How many rows a request carried that was refused or given no answer. */
function rowsIn(request: GraphRequest): number | null {
  const payload = request.params['payload'];
  const data = isRecord(payload) ? payload['data'] : null;
  return Array.isArray(data) ? data.length : null;
}

function pathOf({ version, path }: GraphRequest): string {
  return `/${[...(version === null ? [] : [version]), ...path].join('/')}`;
}

function latestOf(versions: readonly string[]): string {
  return versions.toSorted((a, b) => numberOf(a) - numberOf(b)).at(-1) ?? '';
}

function numberOf(version: string): number {
  return Number(version.slice(1));
}
