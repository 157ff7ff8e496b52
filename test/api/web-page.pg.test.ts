import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildWeb, builtWeb } from '#http/web-build.ts';
import { takeOne } from '#jobs/workers.ts';
import { axeFindings, hasChromium } from '../support/chromium.ts';
import { silentLog } from '../support/silent-log.ts';
import { breakages, passTime, tryAgain } from './_broken-network.ts';
import { englishPieces } from './_english.ts';
import { openSite, type Site } from './_site.ts';
import { screens } from './_screens.ts';

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const WAIT_MS = 60_000;
const FIRST_LOAD_BYTES_MAX = 250_000;

let site: Site;

const hasBrowser = hasChromium('the web page in a browser');

beforeAll(async () => {
  await buildWeb();
  if (!hasBrowser) return;
  site = await openSite();
  const { place } = site.desk;
  await place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
  for (const name of ['gold', 'silver']) {
    await place.createAudience(name, { trait: 'plan', op: 'equals', value: name });
  }
});
afterAll(async () => await site?.[Symbol.asyncDispose]());

const openPage = (path: string, look?: object): Promise<Page> => site.open(path, look);

describe.runIf(hasBrowser)('the web page', () => {
  const looks = Object.keys(screens).flatMap((part) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ part, colorScheme })),
  );
  it.each(looks)(
    'axe finds nothing on any screen of $part in $colorScheme, and nothing is cut off at 360 px',
    async ({ part, colorScheme }) => {
      const page = await openPage('/', { colorScheme, reducedMotion: 'reduce' });
      for (const [path, title] of screens[part] ?? []) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(`${site.url}${path}`);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        await page.waitForLoadState('networkidle', { timeout: WAIT_MS });
        expect(await axeFindings(page), `${path} in ${colorScheme}`).toEqual([]);
        await page.setViewportSize({ width: 360, height: 800 });
        const width = () => page.locator('html').evaluate((root) => root.scrollWidth);
        await expect.poll(width, { timeout: WAIT_MS, message: `${path} at 360 px` }).toBe(360);
      }
    },
  );

  it('is renamed, found and sorted by hand, and the list is a link', async () => {
    const page = await openPage('/audiences/2');
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'New name' }).fill('copper');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'copper' }).waitFor();

    await page.getByRole('link', { name: 'Audiences', exact: true }).click();
    await page.getByRole('button', { name: 'Sort by Name' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('cop');
    await page.getByText('1 of 2 rows').waitFor();
    expect(new URL(page.url()).search).toContain('sort=name');
    expect(new URL(page.url()).search).toContain('q=cop');
    await page.reload();
    await page.getByRole('rowheader', { name: /copper/ }).waitFor();
    expect(await page.getByRole('rowheader').count()).toBe(1);
  });

  it('has of 5,000 rows only those on the page that can be seen, down to the last', async () => {
    const audienceId = await addAudienceWithRuns(5_000);
    const page = await openPage(`/audiences/${audienceId}?tab=runs`);
    const frame = page.getByRole('group', { name: 'Runs' });
    const lastSeen = () => frame.locator('tr[aria-rowindex]').last().getAttribute('aria-rowindex');
    const scroll = (share: number) =>
      frame.evaluate((element, to) => (element.scrollTop = to * element.scrollHeight), share);
    await page.getByText('More than 500 rows').waitFor();
    await scroll(1);
    await page.getByText('More than 1,000 rows').waitFor();
    await page.getByRole('button', { name: 'Load all rows' }).click();
    await page.getByText('5,000 rows', { exact: true }).waitFor();
    for (const [share, from] of [
      [0.5, 2_400],
      [1, 5_001],
    ] as const) {
      const look = async () => {
        await scroll(share);
        return Number(await lastSeen());
      };
      await expect.poll(look, { timeout: WAIT_MS }).toBeGreaterThanOrEqual(from);
      expect(await page.locator('tr').count()).toBeLessThan(100);
    }
    // What is sorted is all of it, and not what happens to have been read.
    await page.goto(`${site.url}/audiences/${audienceId}?tab=runs&runs.sort=requests`);
    await frame.getByRole('row').nth(1).waitFor();
    await page.getByText('5,000 rows', { exact: true }).waitFor();
    expect(await frame.getByRole('row').nth(1).getByRole('cell', { name: '1' }).count()).toBe(1);
  });

  it('speaks German, and gives the focus to the heading of a new screen', async () => {
    const page = await openPage('/', { locale: 'de-DE' });
    await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Zum Inhalt springen');
    await page.getByRole('link', { name: 'Zielgruppen', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Zielgruppen' }).waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Zielgruppen');
    expect(await page.title()).toBe('Zielgruppen · Muster');
    await page.goto(`${site.url}/help/errors/PLAN_STALE`);
    await page.getByText('Der Plan sagt nicht mehr, was getan würde').waitFor();
  });

  it('says nothing in English on a German page', async () => {
    const { desk } = site;
    const of = { params: { path: { audienceId: '1' } } };
    await desk.owner.POST('/audiences/{audienceId}/activate', of);
    await desk.owner.POST('/audiences/{audienceId}/sync', of);
    await takeOne(desk.muster, false, silentLog);
    const page = await openPage('/', { locale: 'de-DE' });
    for (const [path] of Object.values(screens).flat()) {
      await page.goto(`${site.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle', { timeout: WAIT_MS });
      const text = (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
      expect(
        englishPieces.filter((piece) => text.includes(piece)),
        path,
      ).toEqual([]);
    }
    await page.goto(`${site.url}/audiences/1?tab=why`);
    await page.getByRole('textbox', { name: 'Externe Kennung' }).fill('B');
    await page.getByRole('button', { name: 'Warum?' }).click();
    await page
      .getByText('Gehört nicht dazu: Die Regel findet sie nicht, und ist nicht bei Meta.')
      .waitFor();
    await page.getByText('plan ist "gold"').waitFor();
    await page.goto(`${site.url}/audiences/1?tab=definition`);
    await page.getByText('Personen, deren plan "gold" ist').first().waitFor();
  });

  it('makes an audience in two steps; Save stays, Save and close leaves', async () => {
    const page = await openPage('/audiences');
    await page.getByRole('link', { name: 'New audience' }).click();
    await page.getByRole('radio', { name: /sandbox/ }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('This is fixed.').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('made here');
    await page.getByRole('radio', { name: 'By hand' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit made here' }).waitFor();
    await page.getByRole('textbox', { name: 'Description' }).fill('Made on the page');
    await page.getByRole('button', { name: 'Save and close' }).click();
    await page.getByRole('heading', { level: 1, name: 'made here', exact: true }).waitFor();
    const { data } = await site.desk.owner.GET('/audiences', {
      params: { query: { name: 'made here' } },
    });
    expect(data?.items).toMatchObject([{ way: 'hand', description: 'Made on the page' }]);
  });

  it('shows both versions when somebody else has saved meanwhile', async () => {
    const [mine, theirs] = [
      await openPage('/audiences/2/edit'),
      await openPage('/audiences/2/edit'),
    ];
    for (const [page, words] of [
      [theirs, 'theirs'],
      [mine, 'mine'],
    ] as const) {
      await page.getByRole('textbox', { name: 'Description' }).fill(words);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      if (page === theirs) await page.getByText('Everything is saved.').waitFor();
    }
    const dialog = mine.getByRole('dialog');
    await dialog.getByRole('cell', { name: 'theirs' }).waitFor();
    await dialog.getByRole('cell', { name: 'mine' }).waitFor();
  });

  const everywhere = Object.values(screens).flat();
  const kinds = Object.entries(breakages);
  it.each(kinds)(
    'says on every screen that Muster does not answer, and goes on: %s',
    async (kind, breakage) => {
      const page = await openPage('/settings/api');
      await page.clock.install();
      const at = kinds.findIndex(([name]) => name === kind);
      const silent = page.getByRole('alert').getByText('Muster does not answer');
      // Each kind of breakage on its share of the screens, so that each screen is had once.
      for (const [i, [path, title]] of everywhere.entries()) {
        if (i % kinds.length !== at) continue;
        await page.route('**/api/v1/**', breakage);
        await page.goto(`${site.url}${path}`);
        await passTime(page, async () => (await silent.count()) > 0);
        await page.unroute('**/api/v1/**');
        // By the button, or by itself.
        if (i % 2 === 0) await tryAgain(page);
        await passTime(page, async () => (await page.getByText('does not answer').count()) === 0);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
      }
    },
  );

  it('says so in place of a screen that cannot be loaded, and goes on', async () => {
    const page = await openPage('/');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.clock.install();
    await page.route('**/*', (route) => route.abort());
    await page.getByRole('link', { name: 'Connect', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Muster does not answer' }).waitFor();
    await page.unroute('**/*');
    const connect = page.getByRole('heading', { level: 1, name: 'Connect' });
    await passTime(page, async () => (await connect.count()) > 0);
  });

  it('keeps what was typed while nobody answers', async () => {
    const forms = [
      ['/audiences/2/edit', '', 'Description', 'Save'],
      ['/sources', 'New computed trait', 'Name', 'Compute'],
      ['/settings/people', 'Invite somebody', 'E-mail address', 'Make the link'],
    ] as const;
    for (const [path, opener, label, submit] of forms) {
      const page = await openPage(path);
      if (opener !== '') await page.getByRole('button', { name: opener }).click();
      const form = opener === '' ? page : page.getByRole('dialog');
      const field = form.getByRole('textbox', { name: label, exact: true });
      await field.fill('kept@example.com');
      if (opener === 'New computed trait') await form.getByLabel('Event').fill('Order Completed');
      await page.waitForLoadState('networkidle');
      await page.clock.install();
      await page.route('**/api/v1/**', (route) => route.abort());
      const button = form.getByRole('button', { name: submit, exact: true });
      await button.click();
      await page.getByText('What you typed is still here').first().waitFor();
      expect(await field.inputValue(), path).toBe('kept@example.com');
      await page.unroute('**/api/v1/**');
      await button.click();
      await expect
        .poll(() => page.getByText('does not answer').count(), { timeout: WAIT_MS })
        .toBe(0);
    }
  });
});

/** An audience for this test alone, whose oldest run took 1 request, and the newest `count`. */
async function addAudienceWithRuns(count: number): Promise<number> {
  const { store } = site.desk.muster;
  const [made] = await store.query<{ id: number }>(
    `insert into audience (database_id, integration_id, name, rule, rule_version, state)
     select database_id, integration_id, 'many runs', rule, rule_version, 'never'
     from audience where id = 1 returning id`,
  );
  const id = made?.id ?? 0;
  onTestFinished(async () => {
    await store.query('delete from run where audience_id = $1', [id]);
    await store.query('delete from audience where id = $1', [id]);
  });
  await store.query(
    `insert into run (audience_id, trigger, state, started_at, finished_at, counts)
     select $1, 'schedule', 'succeeded', muster_now(), muster_now(), jsonb_build_object('requests', i)
     from generate_series(1, $2::integer) i`,
    [id, count],
  );
  return id;
}

it('loads less than 250 kB before the first screen is there', () => {
  interface Chunk {
    readonly file: string;
    readonly css?: readonly string[];
    readonly imports?: readonly string[];
  }
  const manifest = JSON.parse(
    readFileSync(join(builtWeb, '.vite/manifest.json'), 'utf8'),
  ) as Readonly<Record<string, Chunk>>;
  const files = new Set<string>();
  const gather = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const style of chunk.css ?? []) files.add(style);
    for (const imported of chunk.imports ?? []) gather(imported);
  };
  for (const name of ['index.html', 'src/home/home-screen.tsx', 'src/words/english.ts']) {
    expect(manifest[name], name).toBeDefined();
    gather(name);
  }
  const bytes = [...files].map((file) => gzipSync(readFileSync(join(builtWeb, file))).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(FIRST_LOAD_BYTES_MAX);
});
