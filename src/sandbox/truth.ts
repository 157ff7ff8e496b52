import { z } from 'zod';
import { answerAccounts } from './admin-accounts.ts';
import { answerAds } from './ads.ts';
import { isFromElsewhere, jsonFromForm, readJson, refuse } from './admin-input.ts';
import { answerTokens } from './admin-tokens.ts';
import { faultWanted, oddsWanted } from './fault-input.ts';
import { type Graph, landLateEffects } from './graph.ts';
import { listOperations } from './operations.ts';
import { clockChange, type SandboxClock } from './sandbox-clock.ts';
import { refusedPage, sandboxPage } from './sandbox-page.ts';
import { changeSettings } from './settings.ts';
import type { Simulation } from './simulation.ts';
import { answerAudiences } from './truth-audiences.ts';
import { answerPeople } from './truth-people.ts';
import { listAccounts } from './world.ts';

/** What only a sandbox can tell: what really is in it, and how it is told to behave. */
export interface Truth extends Graph {
  readonly sandboxClock: SandboxClock;
  /** How late an effect may still land, in milliseconds; 0 without faults. */
  largestLagMs(): number;
}

/** Answers everything under /_sandbox/. */
export async function answerTruth(truth: Truth, request: Request): Promise<Response> {
  landLateEffects(truth);
  if (request.method !== 'GET' && isFromElsewhere(request)) {
    return refuse('Only from the page of the sandbox itself', 403);
  }
  const type = request.headers.get('content-type') ?? '';
  if (request.method !== 'POST' || !type.startsWith('application/x-www-form-urlencoded')) {
    return answerArea(truth, request);
  }
  const text = await request.text();
  const form = jsonFromForm(text);
  const { url } = request;
  if (form === null) return answerArea(truth, new Request(url, { method: 'POST', body: text }));
  const body = JSON.stringify(form.values);
  const bodyOf = form.method === 'POST' ? { body } : {};
  const answer = await answerArea(truth, new Request(url, { method: form.method, ...bodyOf }));
  if (answer.ok) return new Response(null, { status: 303, headers: { location: '/_sandbox/' } });
  const { error } = (await answer.json()) as { error: string };
  return refusedPage(error, answer.status);
}

async function answerArea(truth: Truth, request: Request): Promise<Response> {
  const { simulation } = truth;
  const url = new URL(request.url);
  const [, area = '', id, part] = url.pathname.split('/').filter((name) => name !== '');
  const isRead = request.method === 'GET';
  if (area === '' && isRead) return sandboxPage(truth, url.origin);
  if (area === 'audiences') return answerAudiences(simulation, request, id, part);
  if (area === 'requests' && isRead) {
    const limit = Number(url.searchParams.get('limit') ?? 100);
    return Response.json(truth.requestLog.last(Number.isInteger(limit) ? Math.max(0, limit) : 100));
  }
  if (area === 'settings') return answerSettings(truth, request);
  if (area === 'clock') return answerClock(truth, request);
  if (area === 'accounts') return answerAccounts(simulation, request, id);
  if (area === 'ads') return answerAds(simulation, request);
  if (area === 'tokens') return answerTokens(simulation, request, id);
  if (area === 'app' && isRead) return Response.json(simulation.world.app);
  if (area === 'faults') return answerFaults(truth, request);
  if (area === 'people' && isRead) return answerPeople(simulation, url);
  if (area === 'operations' && isRead) {
    const limit = Number(url.searchParams.get('limit') ?? 100);
    const of = url.searchParams.get('audience');
    return Response.json({ operations: listOperations(simulation.state, of, limit) });
  }
  if (area === 'quota') return answerQuota(truth, request);
  if (area === 'ready' && isRead) return Response.json(readyLine(simulation, url.origin));
  return refuse(`There is no ${request.method} ${url.pathname}`, 404);
}

/** The one line that a sandbox prints when it is ready, and all that a client needs. */
export interface ReadyLine {
  readonly url: string;
  readonly adAccounts: readonly { readonly id: string; readonly name: string }[];
  readonly token: string;
}

export function readyLine({ state, world }: Simulation, url: string): ReadyLine {
  const adAccounts = listAccounts(state).map(({ id, name }) => ({ id, name }));
  return { url, adAccounts, token: world.token };
}

async function answerSettings(truth: Truth, request: Request): Promise<Response> {
  if (request.method === 'POST') {
    const changes = await readJson(request);
    const refused = changeSettings(truth.simulation.state, changes ?? {});
    if (changes === null || refused.length > 0) {
      return refuse(`These settings are not understood: ${refused.join(', ')}`);
    }
  }
  return Response.json({
    sandbox: true,
    settle: { largestLagMs: truth.largestLagMs() },
    ...truth.simulation.settings(),
  });
}

/** What every ad account has used of its limits; DELETE gives it all back. */
function answerQuota({ simulation, usage }: Truth, request: Request): Response {
  if (request.method === 'DELETE') usage.clear();
  const accounts = listAccounts(simulation.state).map(({ id }) => [id, usage.read(id)] as const);
  return Response.json({ accounts: Object.fromEntries(accounts) });
}

async function answerFaults({ faults }: Truth, request: Request): Promise<Response> {
  if (request.method === 'DELETE') faults.clear();
  if (request.method === 'POST') {
    const wanted = (await readJson(request)) ?? {};
    const [odds, fault] = [oddsWanted.safeParse(wanted), faultWanted.safeParse(wanted)];
    if (odds.success) faults.setOdds(odds.data);
    else if (fault.success) faults.arm(fault.data);
    else {
      const { message } = 'odds' in wanted ? odds.error : fault.error;
      return refuse(message);
    }
  }
  return Response.json(faults.armed());
}

async function answerClock({ sandboxClock }: Truth, request: Request): Promise<Response> {
  if (request.method === 'DELETE') sandboxClock.reset();
  if (request.method === 'POST') {
    const change = clockChange.safeParse(await readJson(request));
    const refused = change.success
      ? sandboxClock.change(change.data)
      : z.prettifyError(change.error);
    if (refused !== null) return refuse(refused);
  }
  return Response.json(sandboxClock.read());
}
