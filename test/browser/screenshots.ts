/**
 * npm run screenshots -- FOLDER — every main screen of the demo at three widths, light and dark, and in German, as
 * NAME-WIDTH-SCHEME.png. --only=NAME and --only=WIDTH-SCHEME take some of them, and --kept makes those anew that
 * docs/screenshots has.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { openBrowser } from '../support/chromium.ts';
import { addWork, type Places, startDemo } from './_demo.ts';

const WAIT_MS = 60_000;
/** Charts draw themselves in. */
const SETTLED_MS = 300;
/** A screen that is longer is cut: nobody looks at the end of it. */
const HEIGHT_MAX = 3_000;
const kept = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));

const screens: Readonly<Record<string, (places: Places) => string>> = {
  home: () => '/',
  connect: () => '/connect',
  audiences: () => '/audiences',
  editor: ({ audienceId }) => `/audiences/${audienceId}/edit`,
  audience: ({ audienceId }) => `/audiences/${audienceId}`,
  'audience-definition': ({ audienceId }) => `/audiences/${audienceId}?tab=definition`,
  'audience-members': ({ audienceId }) => `/audiences/${audienceId}?tab=members`,
  'audience-runs': ({ audienceId }) => `/audiences/${audienceId}?tab=runs`,
  'audience-details': ({ audienceId }) => `/audiences/${audienceId}?tab=details`,
  'audience-linked': ({ audienceId }) => `/audiences/${audienceId}?tab=linked`,
  'audience-why': ({ audienceId }) => `/audiences/${audienceId}?tab=why`,
  plan: ({ audienceId }) => `/audiences/${audienceId}/plan`,
  profiles: ({ databaseId }) => `/profiles?database=${databaseId}`,
  profile: ({ databaseId, profileId }) => `/profiles/${databaseId}/${profileId}`,
  sources: () => '/sources',
  upload: () => '/sources/upload',
  'new-model': () => '/sources/models/new',
  model: ({ modelId }) => `/sources/models/${modelId}`,
  automations: () => '/automations',
  scenario: ({ scenarioId }) => `/automations/${scenarioId}`,
  live: () => '/live',
  settings: () => '/settings',
  ...Object.fromEntries(
    ['account', 'people', 'keys', 'databases', 'alerts', 'approval', 'retention', 'doctor', 'audit']
      .concat('api', 'sandbox')
      .map((section) => [`settings-${section}`, () => `/settings/${section}`]),
  ),
};

interface Look {
  readonly width: 360 | 768 | 1280;
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'en' | 'de-DE';
}

const looks: readonly Look[] = [
  ...([1280, 768, 360] as const).flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      width,
      colorScheme,
      locale: 'en' as const,
    })),
  ),
  { width: 1280, colorScheme: 'light', locale: 'de-DE' },
];

/** Of these the light one of 1280 pixels is kept; cut to what one sees without scrolling, and no path of the machine on it. */
const keptWide = [
  ...['home', 'connect', 'audiences', 'editor', 'audience', 'plan', 'profile'],
  ...['model', 'scenario', 'live', 'settings-databases'],
];
const keptOtherwise: readonly (readonly [string, Look])[] = [
  ['audience', { width: 360, colorScheme: 'light', locale: 'en' }],
  ['home', { width: 1280, colorScheme: 'dark', locale: 'en' }],
  ['audiences', { width: 360, colorScheme: 'dark', locale: 'en' }],
];

const nameOf = (screen: string, { width, colorScheme, locale }: Look): string =>
  [screen, width, colorScheme, ...(locale === 'en' ? [] : [locale])].join('-');

async function shoot(page: Page, url: string, file: string, isWhole: boolean): Promise<void> {
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(SETTLED_MS);
  if (isWhole) {
    const height = await page.locator('html').evaluate((root) => root.scrollHeight);
    const { width = 1280 } = page.viewportSize() ?? {};
    // As on a screen that is high enough: what sticks to its ends covers nothing.
    await page.setViewportSize({ width, height: Math.min(height, HEIGHT_MAX) });
    await page.waitForTimeout(SETTLED_MS);
  }
  await page.screenshot({ path: file, animations: 'disabled' });
}

async function pageOf(browser: Browser, look: Look, state: Page | null): Promise<Page> {
  const context = await browser.newContext({
    ...{ locale: look.locale, colorScheme: look.colorScheme, reducedMotion: 'reduce' },
    ...{ timezoneId: 'Europe/Berlin', viewport: { width: look.width, height: 900 } },
    ...(state === null ? {} : { storageState: await state.context().storageState() }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  return page;
}

async function main(args: readonly string[]): Promise<void> {
  const isKept = args.includes('--kept');
  const only = new Set(args.filter((one) => one.startsWith('--only=')).map((one) => one.slice(7)));
  const folder = isKept ? kept : (args.find((one) => !one.startsWith('--')) ?? '.screenshots');
  await mkdir(folder, { recursive: true });
  await using demo = await startDemo();
  const browser = await openBrowser();
  try {
    const light: Look = { width: 1280, colorScheme: 'light', locale: 'en' };
    const first = await pageOf(browser, light, null);
    await first.goto(demo.opening);
    await first.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    const places = await addWork(first, demo);
    const wanted: readonly (readonly [string, Look])[] = isKept
      ? [...keptWide.map((screen) => [screen, light] as const), ...keptOtherwise]
      : looks.flatMap((look) => Object.keys(screens).map((screen) => [screen, look] as const));
    for (const [screen, look] of wanted) {
      const name = nameOf(screen, look);
      if (only.size > 0 && ![...only].some((one) => name.startsWith(one) || name.endsWith(one)))
        continue;
      const page = await pageOf(browser, look, first);
      const path = screens[screen]?.(places) ?? '/';
      await shoot(page, demo.url + path, join(folder, `${name}.png`), !isKept);
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
  console.log(`Written to ${folder}`);
}

await main(process.argv.slice(2));
