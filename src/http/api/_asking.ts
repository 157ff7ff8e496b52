import { askerOf, noteAsker } from '#store/approvals.ts';
import type { Store } from '#store/db.ts';
import { findPlan } from '#store/plans.ts';
import type { ApiRoute } from '../contract/route.ts';
import type { ApiContext } from './api.ts';

/**
 * Whoever changes or starts an audience is who asks for what its runs send. It is noted before, since a run
 * may have begun by the time of the answer, and taken back where nothing came of it.
 */
export async function asking<T>(
  store: Store,
  route: ApiRoute,
  context: ApiContext,
  work: () => Promise<T>,
): Promise<T> {
  const audienceId = await audienceOf(store, route, context);
  if (audienceId === null) return await work();
  const { kind, id, name } = context.get('principal');
  const before = await noteAsker(store, audienceId, await askerOf(store, { kind, id, name }));
  try {
    return await work();
  } catch (error) {
    await noteAsker(store, audienceId, before);
    throw error;
  }
}

async function audienceOf(
  store: Store,
  route: ApiRoute,
  { req }: ApiContext,
): Promise<number | null> {
  const access = route['x-access'];
  if (access === 'public' || route.method === 'get' || access.role === 'viewer') return null;
  if (access.database === 'audience') return Number(req.param('audienceId'));
  if (access.database !== 'plan') return null;
  return (await findPlan(store, req.param('planId') ?? ''))?.audienceId ?? null;
}
