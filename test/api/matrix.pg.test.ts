import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiDesk, openApiDesk } from './_desk.ts';

/** Every route of the document, with everybody who may not call it: nothing is told, nothing is changed. */

type Role = 'viewer' | 'editor' | 'admin' | 'owner';

interface Access {
  readonly role: Role;
  readonly personalData?: true;
  readonly credentials?: true;
  readonly database?: string;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: Access | 'public';
}

const roles: readonly Role[] = ['viewer', 'editor', 'admin', 'owner'];
const canary = 'zebrafinch';

let desk: ApiDesk;
let routes: Route[];
let tables: string[];

beforeAll(async () => {
  desk = await openApiDesk();
  const { place } = desk;
  await place.receive(`id,email,plan\n${canary},${canary}@example.com,gold\n`);
  await place.createAudience(canary, { trait: 'plan', op: 'equals', value: 'gold' });
  const { paths } = (await (await fetch(`${desk.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { 'x-access': Access | 'public' }>>;
  };
  routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path, access: operation['x-access'] },
    })),
  );
  const found = await place.muster.store.query<{ name: string }>(
    `select format('%I', relname) as name from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  tables = found.map(({ name }) => name);
});
afterAll(async () => await desk[Symbol.asyncDispose]());

/** With ids that exist: what belongs to the only database. */
function urlOf({ path }: Route): string {
  return `${desk.url}${path.replaceAll(/\{\w+\}/g, '1')}`;
}

async function ask(route: Route, key?: string): Promise<{ status: number; text: string }> {
  const { method } = route;
  const response = await fetch(urlOf(route), {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
  const isStream = (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
  if (isStream) await response.body?.cancel();
  return { status: response.status, text: isStream ? '' : await response.text() };
}

/** How many rows each table has, and how often they were written. */
async function traces(): Promise<unknown> {
  const { store } = desk.place.muster;
  const counts = tables.map((name) => `select '${name}' as name, count(*) as rows from ${name}`);
  return await store.query(`${counts.join(' union all ')} order by 1`);
}

it('has routes to try, and few that are open', () => {
  expect(routes.length).toBeGreaterThan(30);
  const open = routes.filter(({ access }) => access === 'public');
  expect(open.every(({ path }) => /^\/api\/v1\/(auth|errors)\//.test(path))).toBe(true);
});

it('answers a stranger 401 everywhere, whatever key they make up', async () => {
  const before = await traces();
  for (const route of routes.filter(({ access }) => access !== 'public')) {
    for (const key of [undefined, 'x', `mak_${'A'.repeat(40)}`]) {
      const { status, text } = await ask(route, key);
      expect(status, `${route.method} ${route.path}`).toBe(401);
      expect(text).not.toContain(canary);
    }
  }
  expect(await traces()).toEqual(before);
});

it('answers 403 to each role below the one that is asked for, and without the right', async () => {
  const before = await traces();
  for (const route of routes) {
    if (route.access === 'public') continue;
    const { role: needed, personalData, credentials } = route.access;
    const less = [
      ...roles.slice(0, roles.indexOf(needed)).map((role) => ({ role })),
      ...(personalData === true ? [{ role: 'owner' as const, personalData: false }] : []),
      ...(credentials === true ? [{ role: 'owner' as const, credentials: false }] : []),
    ];
    for (const rights of less) {
      const { status, text } = await ask(route, desk.keyOf(rights));
      expect(status, `${route.method} ${route.path} ${JSON.stringify(rights)}`).toBe(403);
      expect(text).not.toContain(canary);
    }
  }
  expect(await traces()).toEqual(before);
});

it('has nothing there for whoever may see another database', async () => {
  const before = await traces();
  const key = desk.keyOf({ databases: [999] });
  for (const route of routes) {
    if (route.access === 'public') continue;
    const { database } = route.access;
    if (database === undefined) continue;
    const { status, text } = await ask(route, key);
    const where = `${route.method} ${route.path}`;
    if (database !== 'handler') expect(status, where).toBe(404);
    expect(status, where).not.toBe(500);
    expect(text, where).not.toContain(canary);
  }
  expect(await traces()).toEqual(before);
});

it('changes nothing by GET, for whoever may see it all', async () => {
  const before = await traces();
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const { status } = await ask(route, desk.keyOf({}));
    expect(status, route.path).toBeLessThan(500);
  }
  // But for who saw what.
  const seen = (rows: unknown) =>
    (rows as { name: string }[]).filter(({ name }) => name !== 'audit_entry');
  expect(seen(await traces())).toEqual(seen(before));
});
