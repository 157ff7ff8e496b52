import type { Page } from '@playwright/test';
import { Hono } from 'hono';
import { expect, onTestFinished } from 'vitest';
import { listenOnLoopback } from '#http/listen.ts';
import { createWebApp } from '#http/web-app.ts';
import { builtWeb } from '#http/web-build.ts';
import { openBrowser } from '../support/chromium.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';

const WAIT_MS = 60_000;

/** The page as it is built, on a desk of its own, and a browser before it. */
export interface Site extends AsyncDisposable {
  readonly desk: ApiDesk;
  readonly url: string;
  /** A page on which nothing may break and nothing be refused by the content security policy. */
  open(path: string, look?: object): Promise<Page>;
}

/** Who signs in is another test's business: here everybody is the owner. */
export async function openSite(): Promise<Site> {
  const desk = await openApiDesk();
  // Who the desk calls its owner: the page asks who is signed in, and shows what that person may do.
  await desk.muster.store.query(
    `insert into login_user (id, name, email, role, personal_data, credentials)
     values ('1', 'Olga', 'olga@example.com', 'owner', true, true)`,
  );
  const app = new Hono();
  app.all('/api/v1/*', async ({ req }) => {
    const path = req.url.slice(req.url.indexOf('/api/v1') + '/api/v1'.length);
    const { method } = req.raw;
    const body = method === 'GET' ? null : await req.text();
    const headers = {
      ...header('content-type', req.header('content-type')),
      ...header('if-match', req.header('if-match')),
      ...header('accept-language', req.header('accept-language')),
    };
    return await desk.ask(path, { method, headers, body });
  });
  app.route('/', createWebApp({ built: Promise.resolve(), directory: builtWeb, basePath: '/' }));
  const served = await listenOnLoopback(app, [0]);
  const browser = await openBrowser();
  return {
    ...{ desk, url: served.url },
    async open(path, look = {}) {
      const context = await browser.newContext({ locale: 'en', ...look });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(WAIT_MS);
      const said: string[] = [];
      page.on('pageerror', (error) => said.push(error.message));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) said.push(message.text());
      });
      onTestFinished(() => expect(said).toEqual([]));
      await page.goto(`${served.url}${path}`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await served.close();
      await desk[Symbol.asyncDispose]();
    },
  };
}

const header = (name: string, value: string | undefined) =>
  value === undefined ? {} : { [name]: value };
