import type { Page, Route } from '@playwright/test';

const html = '<html><body><h1>Bad Gateway</h1></body></html>';
const page = (status: number) => (route: Route) =>
  route.fulfill({ status, contentType: 'text/html', body: html });

/** What becomes of requests on the way to Muster, by what a stranger would call it. */
export const breakages: Readonly<Record<string, (route: Route) => unknown>> = {
  'nobody is there': (route) => route.abort('connectionrefused'),
  'a proxy has its own error': page(500),
  'a proxy does not reach it': page(502),
  'a page to sign in to the network': page(200),
  // Neither answered nor refused.
  'no end of waiting': () => {},
};

const STEP_MS = 2_000;
const STEPS_MAX = 200;
const PAUSE_MS = 50;

/** Lets the page's time go by in steps until something is so. The page's clock has to be installed. */
export async function passTime(page: Page, isSo: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (await isSo()) return;
    await page.clock.fastForward(STEP_MS);
    await page.waitForTimeout(PAUSE_MS);
  }
  throw new Error(`${page.url()} did not come to it: ${await page.locator('body').innerText()}`);
}

const CLICK_MS = 2_000;

/** Presses the button that asks again, unless the page has done so by itself meanwhile. */
export async function tryAgain(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Try again' }).first();
  await button.click({ timeout: CLICK_MS }).catch(() => {});
}
