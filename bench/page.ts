import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { must } from '#domain/errors/assert.ts';
import { openStore } from '#store/db.ts';
import { attachEmbedded } from '#store/embedded/attach.ts';
import { type Installation, launcher, openInstallation } from './installation.ts';
import { fillManyRows } from './many-rows.ts';
import { writePeople } from './people.ts';

interface PageOptions {
  readonly audiences: number;
  /** Members, runs, and requests of one run: as many of each. */
  readonly rows: number;
}

/** What the browser counts as an interaction is reported from here on; what is faster is not. */
const LEAST_MS = 16;
const WAIT_MS = 300_000;

/**
 * How the page does with much of everything: a real `muster serve`, a real browser. Interactions are
 * measured by the browser itself (Event Timing: from the input to the next paint).
 *
 *   npm run bench -- page [--audiences 1000] [--people 100000]
 */
export async function benchPage({ audiences, rows }: PageOptions): Promise<void> {
  await using installation = await openInstallation('', () => {});
  const { muster, directory, account } = installation;
  await writePeople(join(directory, 'people.csv'), { count: rows });
  const rule = join(directory, 'rule.json');
  await writeFile(rule, JSON.stringify({ trait: 'total_spent', op: 'at_least', value: 0 }));
  await muster('import', join(directory, 'people.csv'));
  await muster('connect', ...account);
  await muster('audience', 'create', 'everybody', '--rule', rule);
  await muster('sync', 'everybody', '--wait');
  const filled = await fill(directory, { audiences, rows });
  const { url, link, stop } = await serve(installation);
  const executablePath = '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox'] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await signUp(page, link);
    say(
      `load ${must(loadavg()[0], 'it has one').toFixed(1)}, ${audiences} audiences, ${rows} rows`,
    );
    await lookAtAudiences(page, url, audiences);
    const { audienceId, runId } = filled;
    for (const [path, label] of [
      [`/audiences/${audienceId}?tab=members`, 'Members'],
      [`/audiences/${audienceId}?tab=runs`, 'Runs'],
      [`/runs/${runId}`, 'Requests and receipts'],
    ] as const) {
      await lookAtTable(page, `${url}${path}`, label, rows);
    }
  } finally {
    await browser.close();
    stop();
  }
}

async function fill(directory: string, much: { audiences: number; rows: number }) {
  const server = await attachEmbedded(directory, { log() {} });
  try {
    await using store = openStore({ url: server.connectionString });
    return await fillManyRows(store, much);
  } finally {
    await server.leave();
  }
}

/** Without workers: a thousand audiences that are due are another bench's business. */
async function serve({ env }: Installation) {
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const server = spawn(launcher, ['serve', '--port', '0', '--workers', '0'], {
    env,
    stdio: [...stdio],
  });
  const said = Promise.withResolvers<{ url: string; link: string }>();
  let output = '';
  server.stdout.on('data', (chunk) => {
    output += String(chunk);
    const url = output.match(/http:\S+(?= until)/)?.[0];
    const link = output.match(/http:\S*welcome\S*/)?.[0];
    if (url !== undefined && link !== undefined) said.resolve({ url, link });
  });
  server.on('exit', () => said.reject(new Error(`muster serve ended: ${output}`)));
  return { ...(await said.promise), stop: () => void server.kill() };
}

async function signUp(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('textbox', { name: 'E-mail' }).fill('olga@example.com');
  await page.getByRole('textbox', { name: 'Your name' }).fill('Olga');
  await page.getByLabel('New password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
}

async function lookAtAudiences(page: Page, url: string, audiences: number): Promise<void> {
  const begunMs = performance.now();
  await page.goto(`${url}/audiences`);
  await page.getByRole('link', { name: 'everybody' }).waitFor();
  say(`audiences: shown after ${seconds(begunMs)}`);
  await watchInteractions(page);
  const search = page.getByRole('searchbox').first();
  await search.click();
  const name = `segment ${String(audiences).padStart(5, '0')}`;
  await page.keyboard.type(name, { delay: 150 });
  await page.getByRole('link', { name }).waitFor();
  say(
    `audiences: slowest of typing ${name.length} letters into the search: ${await slowest(page)}`,
  );
  await search.fill('');
  await page.getByRole('link', { name: 'everybody' }).waitFor();
  for (const column of ['Name', 'Nb members']) {
    await slowest(page);
    await page.getByRole('button', { name: `Sort by ${column}`, exact: true }).click();
    say(`audiences: sort by ${column}: ${await slowest(page)}`);
  }
  // As a key does it: a list that the browser opens itself is none of the page.
  await page.getByRole('combobox', { name: 'Filter by state' }).press('End');
  say(`audiences: change the filter by state: ${await slowest(page)}`);
  await page.getByRole('combobox', { name: 'Filter by state' }).press('Home');
  await slowest(page);
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('tab').first().waitFor();
  say(`audiences: open one: ${await slowest(page)}`);
}

async function lookAtTable(
  page: Page,
  address: string,
  label: string,
  rows: number,
): Promise<void> {
  const openedMs = performance.now();
  await page.goto(address);
  const frame = page.getByRole('group', { name: label });
  await frame.getByRole('row').nth(5).waitFor();
  const shown = seconds(openedMs);
  await watchInteractions(page);
  const begunMs = performance.now();
  const counted = page.getByText(`${rows.toLocaleString('en')} rows`, { exact: true });
  let most = 0;
  await page.getByRole('button', { name: 'Load all rows' }).click();
  while ((await counted.count()) === 0) {
    if (performance.now() - begunMs > WAIT_MS) throw new Error(`${label}: not at the end in time`);
    await frame.evaluate((element) => void (element.scrollTop = element.scrollHeight));
    most = Math.max(most, await page.locator('tr').count());
  }
  const heap = await page.evaluate(
    () => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0,
  );
  say(
    `${label}: first rows after ${shown}, at row ${rows} after ${seconds(begunMs)}; ` +
      `at most ${most} rows on the page, ${Math.round(heap / 1e6)} MB of script memory`,
  );
  await frame.hover();
  await page.mouse.wheel(0, -20_000);
  await page.waitForTimeout(500);
  say(`${label}: slowest interaction at the end: ${await slowest(page)}`);
}

async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate((durationThreshold) => {
    const seen: number[] = [];
    Object.assign(globalThis, { seenInteractions: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.push(duration);
    }).observe({ type: 'event', durationThreshold } as never);
  }, LEAST_MS);
}

/** Of the interactions since it was asked last. */
async function slowest(page: Page): Promise<string> {
  await page.waitForTimeout(300);
  const ms = await page.evaluate(() => {
    const { seenInteractions } = globalThis as unknown as { seenInteractions: number[] };
    return Math.max(0, ...seenInteractions.splice(0));
  });
  return ms === 0 ? `under ${LEAST_MS} ms` : `${ms} ms`;
}

const seconds = (sinceMs: number) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
