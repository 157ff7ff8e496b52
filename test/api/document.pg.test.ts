import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiDesk, openApiDesk } from './_desk.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Record<string, unknown>;
  readonly 'x-access'?: 'public' | { readonly role: string; readonly database?: string };
}

let desk: ApiDesk;
let operations: { where: string; operation: Operation }[];

beforeAll(async () => {
  desk = await openApiDesk();
  const document = (await (await fetch(`${desk.url}/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
  };
  expect(document.openapi).toBe('3.1.0');
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ where: `${method} ${path}`, operation })),
  );
});
afterAll(async () => await desk[Symbol.asyncDispose]());

it('says of every route who may call it', () => {
  expect(operations.length).toBeGreaterThan(0);
  const bare = operations.filter(({ where, operation }) => {
    const access = operation['x-access'];
    if (access === 'public') return !/ \/api\/v1\/(auth|errors)\//.test(where);
    return !['viewer', 'editor', 'admin', 'owner'].includes(access?.role ?? '');
  });
  expect(bare.map(({ where }) => where)).toEqual([]);
});

it('finds the database by an id that is in the path', () => {
  const lost = operations.filter(({ where, operation }) => {
    const access = operation['x-access'];
    const database = access === 'public' ? undefined : access?.database;
    const inPath = database !== undefined && database !== 'handler';
    return inPath && !where.includes(`{${database}Id}`);
  });
  expect(lost.map(({ where }) => where)).toEqual([]);
});

it('names every operation once, and declares problems everywhere', () => {
  const names = operations.map(({ operation }) => operation.operationId ?? '');
  expect(names).not.toContain('');
  expect(new Set(names).size).toBe(names.length);
  expect(operations.filter(({ operation }) => !('default' in operation.responses))).toEqual([]);
  expect(operations.filter(({ operation }) => (operation.summary ?? '') === '')).toEqual([]);
});

it('has a page that needs nothing from elsewhere', async () => {
  const page = await fetch(`${desk.url}/docs`);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const named = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at);
  expect(named).toEqual(['docs/swagger-ui.css', 'docs/swagger-ui-bundle.js', 'docs/start.js']);
  for (const at of named) expect((await fetch(`${desk.url}/${at}`)).status).toBe(200);
});

it('explains every error code, to strangers too', async () => {
  const ask = async (code: string) => await fetch(`${desk.url}/api/v1/errors/${code}`);
  const explained = await ask('LOGIN_REFUSED');
  expect(explained.status).toBe(200);
  expect(await explained.json()).toEqual({
    ...{ code: 'LOGIN_REFUSED', exitCode: 2 },
    happened: expect.stringMatching(/\w{3}/),
    next: expect.stringMatching(/\w{3}/),
  });
  for (const code of ['NO_SUCH_CODE', 'constructor', '%00']) {
    expect((await ask(code)).status, code).toBe(404);
  }
});
