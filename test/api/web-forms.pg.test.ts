import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { leaveNote } from '#connections/sandbox-note.ts';
import { must } from '#domain/errors/assert.ts';
import { buildWeb } from '#http/web-build.ts';
import { type ServedSandbox, serveSandbox } from '#sandbox/serve.ts';
import { axeFindings, hasChromium } from '../support/chromium.ts';
import { openSite, type Site } from './_site.ts';

/** The main task of each form by clicking, against the sandbox; axe and 360 px where it ends. */

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const hasBrowser = hasChromium('the forms of the web page in a browser');

let site: Site;
let served: ServedSandbox;

beforeAll(async () => {
  await buildWeb();
  if (!hasBrowser) return;
  site = await openSite();
  const { place, directory } = site.desk;
  served = await serveSandbox(place.sandbox, { port: 0, host: '127.0.0.1' });
  const { adAccounts, token } = place.sandbox;
  await leaveNote(join(directory, 'data'), { url: served.url, adAccounts, token });
  await place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
});
afterAll(async () => {
  await served?.close();
  await site?.[Symbol.asyncDispose]();
});

/** axe finds nothing, and nothing is cut off on a telephone. */
async function expectInOrder(page: Page): Promise<void> {
  expect(await axeFindings(page), page.url()).toEqual([]);
  await page.setViewportSize({ width: 360, height: 800 });
  const width = () => page.locator('html').evaluate((root) => root.scrollWidth);
  await expect.poll(width, { timeout: 60_000, message: `${page.url()} at 360 px` }).toBe(360);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function setSandbox(path: string, body: object): Promise<void> {
  const answer = await fetch(`${served.url}/_sandbox/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

describe.runIf(hasBrowser)('connecting', () => {
  it('by login goes to Meta and comes back with the ad accounts, several of which are tied', async () => {
    const page = await site.open('/connect');
    await page.getByRole('button', { name: 'Log in at the sandbox' }).click();
    const agree = page.getByRole('button', { name: /^Continue as/ });
    expect(new URL(page.url()).pathname).not.toContain('/_sandbox');
    await agree.click();
    await page.getByText(/^Logged in as/).waitFor();
    await expect.poll(() => page.url()).toBe(`${site.url}/connect/login`);
    const [first, second] = site.desk.place.sandbox.adAccounts.slice(1);
    for (const { name } of [must(first, 'a second account'), must(second, 'a third account')]) {
      await page.getByRole('button', { name: `Connect ${name}` }).click();
      await page.getByRole('article', { name }).getByText('Connected to main').waitFor();
    }
    await expectInOrder(page);
    const { data } = await site.desk.owner.GET('/integrations', {});
    expect(data?.items.map(({ adAccount }) => adAccount)).toEqual(
      expect.arrayContaining([first?.id, second?.id]),
    );
    const { data: connections } = await site.desk.owner.GET('/connections', {});
    expect(connections?.items).toContainEqual(
      expect.objectContaining({ origin: 'login', tokenKind: 'USER', sandbox: true }),
    );
    await page.getByRole('link', { name: 'Back to Connect' }).click();
    await page.getByRole('button', { name: 'Log in again' }).click();
    await page.getByRole('button', { name: 'Not now' }).click();
    await page.getByText('it was declined').waitFor();
  });

  it('by token says what does not pass, and goes on once the terms are accepted', async () => {
    const { adAccounts, token } = site.desk.place.sandbox;
    const account = must(adAccounts.at(-1), 'an ad account');
    await setSandbox(`accounts/${account.id}`, { hasAcceptedTerms: false });
    const page = await site.open('/connect');
    await page.getByRole('textbox', { name: 'Ad account ID' }).fill(account.id.slice(4));
    await page.getByLabel('Access token').fill('EAAwrong');
    await page.getByRole('button', { name: 'Test only' }).click();
    await page.getByText('It does not pass').waitFor();
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Check and connect' }).click();
    const link = page.getByRole('link', { name: 'Read and accept the terms at Meta' });
    expect(await link.getAttribute('href')).toContain(`tos/?act=${account.id.slice(4)}`);
    await expectInOrder(page);
    await setSandbox(`accounts/${account.id}`, { hasAcceptedTerms: true });
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText(/^Connected: /).waitFor();
  });
});
