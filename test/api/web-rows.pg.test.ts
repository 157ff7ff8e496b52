import { join } from 'node:path';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { leaveNote } from '#connections/sandbox-note.ts';
import { must } from '#domain/errors/assert.ts';
import { buildWeb } from '#http/web-build.ts';
import { type ServedSandbox, serveSandbox } from '#sandbox/serve.ts';
import { hasChromium } from '../support/chromium.ts';
import { Rows } from './_rows.ts';
import { connectionRows } from './_rows-connections.ts';
import { lifeRows } from './_rows-life.ts';
import { makingRows } from './_rows-making.ts';
import { fillingRows } from './_rows-filling.ts';
import { seeingRows } from './_rows-seeing.ts';
import { openSite, type Site } from './_site.ts';

/** What docs/features.md promises, clicked row by row; each looks at the page, and at what the API or Meta then holds. */

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const hasBrowser = hasChromium('the rows of the feature table in a browser');

let site: Site;
let served: ServedSandbox;
let rows: Rows | undefined;

beforeAll(async () => {
  await buildWeb();
  if (!hasBrowser) return;
  site = await openSite();
  const { place, directory } = site.desk;
  served = await serveSandbox(place.sandbox, { port: 0, host: '127.0.0.1' });
  const { adAccounts, token } = place.sandbox;
  await leaveNote(join(directory, 'data'), { url: served.url, adAccounts, token });
  await place.receive(
    'id,email,zip,country,plan,marketing_consent\n' +
      'A,a@example.com,10115,DE,gold,yes\nB,b@example.com,10115,DE,gold,yes\n' +
      'C,c@example.com,10115,DE,free,yes\nN,n@example.com,10115,DE,gold,no\n' +
      'Z,,10115,DE,gold,yes\nS,/,10115,DE,free,yes\n',
  );
  rows = new Rows(site, served);
});
afterAll(async () => {
  await served?.close();
  await site?.[Symbol.asyncDispose]();
});

const parts = {
  connections: connectionRows,
  'making and linking': makingRows,
  filling: fillingRows,
  seeing: seeingRows,
  'the life of an audience': lifeRows,
};

describe.runIf(hasBrowser).each(Object.entries(parts))('%s, by clicking', (_, tests) => {
  it.each(Object.entries(tests))('%s', async (__, test) => {
    await test(must(rows, 'the browser is open'));
  });
});
