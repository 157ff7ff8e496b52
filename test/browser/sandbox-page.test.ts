import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { openSandbox, type Sandbox } from '#sandbox/sandbox.ts';
import { type ServedSandbox, serveSandbox } from '#sandbox/serve.ts';
import { axeFindings, hasChromium, openBrowser } from '../support/chromium.ts';

describe.runIf(hasChromium('the page of the sandbox in a browser'))(
  'the page of the sandbox',
  () => {
    let browser: Browser;
    let sandbox: Sandbox;
    let served: ServedSandbox;

    beforeAll(async () => {
      sandbox = await openSandbox({ directory: null, clock: Date.now, random: Math.random });
      served = await serveSandbox(sandbox, { port: 0, host: '127.0.0.1' });
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await served?.close();
      await sandbox?.close();
    });

    /** A page that may say nothing on its console. */
    async function openPage(path: string, look: object = {}): Promise<Page> {
      const context = await browser.newContext(look);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      onTestFinished(() => expect(said).toEqual([]));
      await page.goto(`${served.url}${path}`);
      return page;
    }

    const call = (method: string, path: string, body?: object) =>
      fetch(`${served.url}/v26.0/${path}`, {
        method,
        headers: { authorization: `Bearer ${sandbox.token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const admin = async (path: string, body?: object) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await (await fetch(`${served.url}/_sandbox/${path}`, init)).json()) as {
        id: string;
        aheadMs: number;
      };
    };

    test.each(['light', 'dark'] as const)(
      'axe finds nothing in %s, and nothing is cut off in a narrow window',
      async (colorScheme) => {
        await admin('accounts/act_1000000000002', { hasAcceptedTerms: false });
        const app = await admin('app');
        const redirect = encodeURIComponent('http://localhost:4780/callback');
        for (const path of [
          '/_sandbox/',
          ...(colorScheme === 'dark' ? [] : ['/ads/manage/customaudiences/tos/?act=1000000000002']),
          ...(colorScheme === 'dark'
            ? []
            : [`/dialog/oauth?client_id=${app.id}&redirect_uri=${redirect}&scope=ads_read`]),
        ]) {
          const page = await openPage(path, { colorScheme });
          expect(await axeFindings(page)).toEqual([]);
          for (const width of [1280, 390]) {
            await page.setViewportSize({ width, height: 800 });
            expect(await page.locator('html').evaluate((root) => root.scrollWidth)).toBe(width);
          }
        }
      },
      60_000,
    );

    test('the clock is moved and a fault armed by keyboard alone', async () => {
      const page = await openPage('/');
      expect(page.url()).toBe(`${served.url}/_sandbox/`);
      const press = async (name: string) => {
        await page.getByRole('button', { name, exact: true }).focus();
        await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      };
      await press('+ 60 days');
      expect((await admin('clock')).aheadMs).toBeGreaterThan(59 * 86_400_000);
      await press('Back to this machine’s time');
      expect((await admin('clock')).aheadMs).toBeLessThan(60_000);

      await page.getByRole('combobox', { name: 'Fault', exact: true }).selectOption('throttle');
      await page.getByRole('textbox', { name: 'Code', exact: true }).fill('17');
      await page.getByRole('combobox', { name: 'On', exact: true }).selectOption('audiences.list');
      await press('Arm it');
      expect(sandbox.faults.armed().faults).toMatchObject([
        { name: 'throttle', code: 17, on: 'audiences.list', target: null, times: 1 },
      ]);
      await page.getByRole('rowheader', { name: 'throttle 17' }).waitFor();
      await press('Disarm all');
      expect(sandbox.faults.armed().faults).toEqual([]);
    });

    test('it shows what comes in without being asked, until it is told to rest', async () => {
      const page = await openPage('/_sandbox/');
      const account = must(sandbox.adAccounts[0], 'an ad account').id;
      const name = 'Made while somebody looks on';
      const wanted = { name, subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' };
      const made = (await (await call('POST', `${account}/customaudiences`, wanted)).json()) as {
        id: string;
      };
      await page.getByRole('rowheader', { name }).waitFor({ timeout: 10_000 });
      await page.getByRole('button', { name: 'Pause updates' }).click();
      await call('DELETE', made.id);
      await page.waitForTimeout(2_500);
      expect(await page.getByRole('rowheader', { name }).count()).toBe(1);
      await page.getByRole('button', { name: 'Pause updates' }).click();
      await page.getByRole('rowheader', { name }).waitFor({ state: 'detached', timeout: 10_000 });
    });

    test('a person logs in, says no, and accepts terms', async () => {
      const app = createServer((_, answer) => answer.end('Back at the app')).listen(0, '127.0.0.1');
      onTestFinished(() => void app.close());
      await once(app, 'listening');
      const back = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
      const { id } = await admin('app');
      const asked = new URLSearchParams({ client_id: id, redirect_uri: back, state: 'mine' });
      const page = await openPage(`/v26.0/dialog/oauth?${asked.toString()}`);
      await page.getByRole('button', { name: 'Continue as Robin Harbour' }).click();
      await page.getByText('Back at the app').waitFor();
      const granted = new URL(page.url());
      expect(granted.searchParams.get('code')).toMatch(/^AQ/);
      expect(granted.searchParams.get('state')).toBe('mine');
      await page.goto(`${served.url}/v26.0/dialog/oauth?${asked.toString()}`);
      await page.getByRole('button', { name: 'Not now' }).click();
      await page.getByText('Back at the app').waitFor();
      expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');

      await admin('accounts/act_1000000000003', { hasAcceptedTerms: false });
      await page.goto(`${served.url}/_sandbox/`);
      await page.getByRole('link', { name: 'Accept them for Harbour & Pine US' }).click();
      await page.getByRole('button', { name: 'Accept as Robin Harbour' }).click();
      await page.getByText('Accepted.').waitFor();
    });
  },
);
