import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

const launcher = fileURLToPath(new URL('../../bin/muster', import.meta.url));

/** `muster demo` on data of its own, as somebody starts it who wants to look. */
export interface RunningDemo extends AsyncDisposable {
  readonly url: string;
  /** Good once: whoever opens it is signed in. */
  readonly opening: string;
  /** For files that a source reads. */
  readonly directory: string;
}

export async function startDemo(): Promise<RunningDemo> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-screenshots-'));
  const ports = {
    MUSTER_PORT: '0',
    MUSTER_SANDBOX_PORT: '0',
    MUSTER_DATA: join(directory, 'data'),
  };
  const child = spawn(launcher, ['demo'], {
    ...{ env: { ...process.env, ...ports }, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  const opening = await openingOf(child);
  return {
    ...{ url: new URL(opening).origin, opening, directory },
    async [Symbol.asyncDispose]() {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The address that it prints once everything is there. */
async function openingOf(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk);
    const found = /signs you in:\s+(http:\S+)/.exec(said)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`muster demo ended: ${said}`);
}

const rule = { trait: 'plan', op: 'equals', value: 'gold' };

/** What the demo has none of: a source with a model, an automation, a scenario that is under way. */
export async function addWork(page: Page, demo: RunningDemo): Promise<Places> {
  const ask = async <Answer>(method: 'GET' | 'POST', path: string, data?: object) => {
    const answer = await page.request.fetch(`${demo.url}/api/v1${path}`, {
      ...{ method, headers: { origin: demo.url } },
      ...(data === undefined ? {} : { data }),
    });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
  type One = { readonly id: string };
  const { items } = await ask<{
    items: { id: string; databaseId: string; integrationId: string }[];
  }>(...(['GET', '/audiences'] as const));
  const [first] = items;
  if (first === undefined) throw new Error('the demo has audiences');
  const { databaseId, integrationId } = first;
  const folder = join(demo.directory, 'exports');
  await mkdir(folder);
  const file = join(folder, 'customers.csv');
  await writeFile(file, customers);
  // Long enough ago that nobody writes it any more.
  await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
  const source = await ask<One>('POST', '/sources', {
    ...{
      name: 'shop exports',
      type: 'folder',
      url: folder,
      settings: { pattern: 'customers.csv' },
    },
  });
  const model = await ask<One>('POST', '/models', {
    ...{ name: 'customers', sourceId: source.id, databaseId, idColumn: 'customer' },
    mode: 'upsert',
    map: "EMAIL=coalesce(work_email, home_email), LN=split(name, ' ', -1), FN=split(name, ' ', 1)",
  });
  await ask('POST', `/models/${model.id}/runs`, {});
  await ask('POST', '/audiences', {
    ...{ name: 'Newly tagged', integrationId, way: 'automation' },
    automation: { preset: 'tagged', with: { tags: ['vip'] }, do: 'add', after: { hours: 2 } },
  });
  for (const name of ['Welcome', 'Nurtured']) {
    await ask('POST', '/audiences', { name, integrationId, way: 'scenario' });
  }
  const scenario = await ask<One>('POST', '/scenarios', {
    ...{ name: 'Welcome people', databaseId },
    definition: {
      start: { on: [{ on: 'added' }] },
      steps: [
        { add: 'Welcome' },
        { wait: { days: 7 } },
        { branch: { if: rule, yes: [{ add: 'Nurtured' }], no: [{ wait: { days: 1 } }, 'exit'] } },
        { remove: 'Welcome' },
      ],
    },
  });
  const people = await ask<{ items: One[] }>(
    'POST',
    `/databases/${databaseId}/profiles/search`,
    {},
  );
  return {
    ...{ audienceId: first.id, databaseId, modelId: model.id, scenarioId: scenario.id },
    profileId: people.items[0]?.id ?? '',
  };
}

/** The ids that addresses of screens are made of. */
export interface Places {
  readonly audienceId: string;
  readonly databaseId: string;
  readonly profileId: string;
  readonly modelId: string;
  readonly scenarioId: string;
}

const customers = [
  'customer,name,work_email,home_email,plan',
  'C-1,Ana Ruiz,ana@example.com,,gold',
  'C-2,Bo Lind,,bo@example.com,free',
  'C-3,Cem Aydin,cem@example.com,cem@example.org,gold',
  ',Nobody,,,free',
].join('\n');
