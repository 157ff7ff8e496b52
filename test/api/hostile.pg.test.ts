import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildWeb } from '#http/web-build.ts';
import { serveSandbox } from '#sandbox/serve.ts';
import { hasChromium } from '../support/chromium.ts';
import { everyOne, hostile } from './_hostile.ts';
import { placesOfLists, plantEverywhere, saidByMeta, singlePlaces } from './_planting.ts';
import { screens } from './_screens.ts';
import { openSite, type Site } from './_site.ts';

/** Names and texts that are programs, on every screen: they are text (docs/security.md, S7). */

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const WAIT_MS = 60_000;
/** Long lists have only the rows in the page that can be seen. */
const SHOWN_MIN = 25;

const hasBrowser = hasChromium('hostile names in a browser');

let site: Site;

beforeAll(async () => {
  if (!hasBrowser) return;
  await buildWeb();
  site = await openSite();
  await plantEverywhere(site.desk);
});
afterAll(async () => await site?.[Symbol.asyncDispose]());

/** Those of `_screens.ts`, and what they leave out because nothing of theirs is there. */
const paths: readonly string[] = [
  ...Object.values(screens).flatMap((part) => part.map(([path]) => path)),
  ...['/runs/1', '/automations/1', '/sources/models/1', '/settings/account', '/settings/approval'],
  // Somebody in the middle of the list.
  '/settings/people?pq=myself22',
  // Their descriptions hold what that of the first has no room for.
  ...['/audiences/2', '/audiences/3', '/audiences/4', '/audiences/5'],
];

/** What an address says is said by whoever made the link. */
const inAddresses: readonly string[] = [
  `"><svg onload=planted('address')>`,
  `javascript:planted('address')`,
].flatMap((text) => {
  const coded = encodeURIComponent(text);
  return [
    ...[`/audiences?state=all&q=${coded}&sort=${coded}`, `/audiences/1?tab=${coded}`],
    ...[`/sign-in?error=${coded}&to=${coded}`, `/help/errors/${coded}`],
    ...[`/connect/login?state=${coded}&code=${coded}`, `/connect/login?error=${coded}`],
    ...[`/audiences/${coded}`, `/no-such-screen/${coded}`],
  ];
});

/** Whatever a program of somebody else's would do, and did. */
async function watch(page: Page, origins: readonly string[]): Promise<string[]> {
  const done: string[] = [];
  await page.exposeFunction('planted', (where: string) => done.push(`ran: ${where}`));
  page.on('dialog', (dialog) => {
    done.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.context().on('page', (other) => done.push(`window: ${other.url()}`));
  page.context().on('request', (request) => {
    const { protocol, origin, pathname } = new URL(request.url());
    const isOurs = request.isNavigationRequest() || /^\/(api|assets|_sandbox)\//.test(pathname);
    if (protocol !== 'data:' && !(origins.includes(origin) && isOurs)) {
      done.push(`asked: ${request.url()}`);
    }
  });
  return done;
}

/** Title, text, fields and every attribute of a page, and what should not be in it. */
async function read(page: Page): Promise<{ text: string; wrong: readonly string[] }> {
  return await page.locator('html').evaluate((root) => {
    const { title, body } = root.ownerDocument;
    const elements = [...root.querySelectorAll('*')];
    const attributes = elements.flatMap((one) => [...one.attributes]);
    const fields = [...root.querySelectorAll('input, textarea')];
    return {
      text: [title, body.textContent, ...fields, ...attributes]
        .map((one) => (one === null || typeof one === 'string' ? one : one.value))
        .join('\n'),
      wrong: [
        ...attributes.filter(
          ({ name, value }) =>
            name.startsWith('on') ||
            (/^(href|src|action|data|formaction)$/i.test(name) &&
              /^\s*(javascript|vbscript|data:text)/i.test(value)),
        ),
        ...root.querySelectorAll(
          'iframe, object, embed, base[href*="evil"], meta[http-equiv=refresh i]',
        ),
      ].map((one) => ('outerHTML' in one ? one.outerHTML : `${one.name}=${one.value}`)),
    };
  });
}

async function see(page: Page, path: string): Promise<string> {
  await page.goto(`${site.url}${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: WAIT_MS });
  const { text, wrong } = await read(page);
  expect(wrong, path).toEqual([]);
  expect(new URL(page.url()).origin, path).toBe(site.url);
  return text;
}

const languages = {
  en: { look: 'Look at ten rows', next: 'Next', list: 'Meta audience that is there already' },
  de: { look: 'Zehn Zeilen ansehen', next: 'Weiter', list: 'Meta-Zielgruppe, die es schon gibt' },
} as const;

async function walk(locale: keyof typeof languages): Promise<void> {
  const words = languages[locale];
  const page = await site.open('/help/errors/PLAN_STALE', {
    ...{ locale, viewport: { width: 1280, height: 4_000 } },
  });
  const done = await watch(page, [site.url]);
  const seen: string[] = [];
  for (const path of paths) {
    seen.push(await see(page, path));
    expect(done, path).toEqual([]);
  }

  // What opens when somebody asks for it.
  await see(page, '/sources/models/new');
  await page.getByRole('button', { name: words.look, exact: true }).click();
  await page.getByText('cell0').first().waitFor();
  seen.push((await read(page)).text);
  await see(page, '/audiences/new');
  await page.getByRole('radio', { name: /integration22/ }).click();
  await page.getByRole('button', { name: words.next }).click();
  await page.getByRole('combobox', { name: words.list }).click();
  await page.getByText('atmeta0').first().waitFor();
  const { text, wrong } = await read(page);
  expect([wrong, done]).toEqual([[], []]);
  seen.push(text);

  const shownIn = (place: string) =>
    everyOne(place).filter((one) => seen.some((whole) => whole.includes(one))).length;
  const tooFew = placesOfLists.filter((place) => shownIn(place) < SHOWN_MIN);
  expect(tooFew.map((place) => `${place} ${shownIn(place)}`)).toEqual([]);
  const everywhere = placesOfLists.filter((place) => shownIn(place) === hostile.length);
  expect(everywhere.length).toBeGreaterThan(10);
  const missing = [...singlePlaces, saidByMeta].filter(
    (one) => !seen.some((whole) => whole.includes(one)),
  );
  expect(missing).toEqual([]);
}

describe.runIf(hasBrowser)('a name that is a program', () => {
  it('is text on every screen, in English and in German', async () => {
    // Beside each other: most of the time they wait.
    await Promise.all((['en', 'de'] as const).map(walk));
  });
  it('is text where an address brings it', async () => {
    const page = await site.open('/help/errors/PLAN_STALE');
    const done = await watch(page, [site.url]);
    for (const path of inAddresses) {
      await see(page, path);
      expect(done, path).toEqual([]);
    }
  });

  it('is text on the page of the sandbox', async () => {
    const served = await serveSandbox(site.desk.place.sandbox, { port: 0, host: '127.0.0.1' });
    const page = await site.open('/help/errors/PLAN_STALE');
    const done = await watch(page, [site.url, served.url]);
    await page.goto(`${served.url}/_sandbox/`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    const { text, wrong } = await read(page);
    expect([wrong, done]).toEqual([[], []]);
    expect(everyOne('atmeta').filter((one) => text.includes(one)).length).toBeGreaterThan(9);
    await served.close();
  });
});
