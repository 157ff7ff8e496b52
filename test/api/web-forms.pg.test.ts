import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { leaveNote } from '#connections/sandbox-note.ts';
import { must } from '#domain/errors/assert.ts';
import { createWebApp } from '#http/web-app.ts';
import { buildWeb, builtWeb } from '#http/web-build.ts';
import { takeOneModel } from '#jobs/model-runs.ts';
import { type ServedSandbox, serveSandbox } from '#sandbox/serve.ts';
import { axeFindings, hasChromium } from '../support/chromium.ts';
import { silentLog } from '../support/silent-log.ts';
import { openDoor } from './_door.ts';
import { openSite, type Site } from './_site.ts';

/** The main task of each form by clicking, against the sandbox; axe and 360 px where it ends. */

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

/** For what shows a moment after it was clicked. */
const waiting = { timeout: 60_000 };

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
    await agree.click();
    await page.getByText(/^Logged in as/).waitFor();
    await expect.poll(() => page.url(), waiting).toBe(`${site.url}/connect/login`);
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
    // That of the place: those beside it are tied by another test.
    const account = must(adAccounts[0], 'an ad account');
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

/** The second step of the wizard, for the account that the place is connected to. */
async function openNewAudience(): Promise<Page> {
  const page = await site.open('/audiences/new');
  await page.getByRole('radio', { name: /^sandbox Sandbox/ }).click();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByText('This is fixed.').waitFor();
  return page;
}

describe.runIf(hasBrowser)('the editor', () => {
  it('links a Meta audience from the list, which shows why others cannot be, and says so when Meta lists none', async () => {
    const { adAccounts, token } = site.desk.place.sandbox;
    const fixtures = must(adAccounts[2], 'the account with audiences of all kinds').id;
    const page = await openNewAudience();
    const list = page.getByRole('combobox', { name: 'Meta audience that is there already' });
    await page.getByText('of at most 500').waitFor();
    await page.getByRole('textbox', { name: 'Advertiser Account ID' }).fill(fixtures.slice(4));
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus();
    await list.click();
    const website = page.getByRole('option', { name: /^Bought in 180 days/ });
    await website.getByText('Cannot be linked: it is not a customer list').waitFor();
    expect(await website.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    // Somebody makes one at Meta meanwhile.
    const made = await fetch(`${served.url}/v26.0/${fixtures}/customaudiences`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams({
        ...{ name: 'From Meta', subtype: 'CUSTOM', customer_file_source: 'USER_PROVIDED_ONLY' },
      }),
    });
    expect(made.status, await made.text()).toBe(200);
    await page.getByRole('button', { name: 'Refresh list' }).click();
    await page.getByText('1 can be linked').waitFor();
    await list.click();
    await page.getByRole('option', { name: /^From Meta/ }).click();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await expect.poll(() => name.inputValue(), waiting).toBe('From Meta');
    const see = page.getByRole('link', { name: 'Open in Facebook' });
    expect(await see.getAttribute('href')).toContain(`act=${fixtures.slice(4)}`);
    await expectInOrder(page);
    site.desk.place.sandbox.faults.arm({ name: 'permissionMissing', times: 1 });
    await page.getByRole('button', { name: 'Refresh list' }).click();
    await page.getByText('Meta did not list the audiences of this ad account.').waitFor();
    await page.getByRole('link', { name: 'Check the connection' }).waitFor();
  });

  it('fills by hand: counted before it is saved, added and taken out in one save', async () => {
    const page = await openNewAudience();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('by hand');
    await page.getByRole('radio', { name: 'By hand' }).click();
    const include = page.getByRole('textbox', { name: 'Add these people: ids and e-mail' });
    const exclude = page.getByRole('textbox', { name: 'Take these people out: ids and e-mail' });
    const result = page.getByRole('region', { name: 'What saving does' });
    await include.fill('A\nnobody@example.com');
    await result.getByText('1 person joins').waitFor();
    await result.getByText(/^1 is not in the database: /).waitFor();
    await expectInOrder(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit by hand' }).waitFor();
    await page.getByLabel('Add these people: a file').setInputFiles({
      ...{ name: 'people.csv', mimeType: 'text/csv' },
      buffer: Buffer.from('plan,email\nfree,b@example.com\n'),
    });
    await expect.poll(() => include.inputValue(), waiting).toBe('b@example.com');
    await exclude.fill('A');
    await result.getByText('1 person leaves').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('1 joined, 1 left.').waitFor();
    expect(await membersOf('by hand')).toEqual(['B']);

    await page.getByRole('button', { name: 'Everybody' }).first().click();
    await page.getByRole('radio', { name: 'Keep updated' }).click();
    await page.getByRole('radio', { name: 'They stay' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Everything is saved.').waitFor();
    const byRule = page.getByRole('radio', { name: 'By a rule' });
    await expect.poll(() => byRule.isChecked(), waiting).toBe(true);
    const everybody = expect.arrayContaining(['A', 'B']);
    await expect.poll(() => membersOf('by hand'), waiting).toEqual(everybody);
  });
});

/** A model of a file, one row of which names nobody, read once. */
async function makeModel(): Promise<string> {
  const { desk } = site;
  const folder = join(desk.directory, 'exports');
  await mkdir(folder);
  const file = join(folder, 'people.csv');
  await writeFile(
    file,
    'nr,contact,called\n1,ana@example.com,Ana\n2,bo@example.com,Bo\n,cem@example.com,Cem\n',
  );
  // Long enough ago, by the clock of the place, that nobody writes it any more.
  await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
  const settings = { pattern: 'people.csv' };
  const source = await desk.owner.POST('/sources', {
    body: { name: 'exports', type: 'folder', url: folder, settings },
  });
  const model = await desk.owner.POST('/models', {
    body: {
      ...{ name: 'people', sourceId: must(source.data, 'a source').id, databaseId: '1' },
      ...{ idColumn: 'nr', map: 'EMAIL=contact' },
    },
  });
  const modelId = must(model.data, 'a model').id;
  await desk.owner.POST('/models/{modelId}/runs', { params: { path: { modelId } }, body: {} });
  await takeOneModel(desk.muster, silentLog);
  return modelId;
}

describe.runIf(hasBrowser)('sources', () => {
  it('are mapped, tried at Meta and planned, and say which rows failed', async () => {
    const modelId = await makeModel();
    const page = await site.open(`/sources/models/${modelId}`);
    const failed = page.getByRole('region', { name: 'Failed rows' });
    await failed.getByRole('button', { name: 'Try them again' }).waitFor();

    await page.getByRole('button', { name: 'Send test record' }).click();
    await page.getByText('Records received: 1, of them invalid: 0.').waitFor();
    await page.getByText(/there is one added record/).waitFor();
    expect(await page.getByText('"EXTERN_ID"').count()).toBe(1);

    await page.getByRole('combobox', { name: 'It is read' }).selectOption('interval');
    await page.getByRole('combobox', { name: 'Every' }).selectOption('2h');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page.getByText('The schedule is saved.').waitFor();
    const { data } = await site.desk.owner.GET('/models/{modelId}/schedule', {
      params: { path: { modelId } },
    });
    expect(data?.schedule).toEqual({ kind: 'interval', minutes: 120 });

    const elsewhere = await site.desk.owner.PUT('/models/{modelId}/schedule', {
      ...{ params: { path: { modelId } }, body: { kind: 'by hand' } },
    });
    expect(elsewhere.response.status).toBe(200);
    await page.getByRole('combobox', { name: 'Every' }).selectOption('4h');
    await page.getByRole('button', { name: 'Save schedule' }).click();
    await page
      .getByText('Somebody has changed it since you looked at it', { exact: true })
      .waitFor();
    await page.getByRole('button', { name: 'Look at it again' }).click();
    const kind = page.getByRole('combobox', { name: 'It is read' });
    await expect.poll(() => kind.inputValue(), waiting).toBe('by hand');
    expect(await page.getByRole('button', { name: 'Look at it again' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Change the mapping' }).click();
    await page.getByRole('combobox', { name: 'What feeds FN' }).fill('called');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Count whom it touches' }).click();
    await page.getByText('2 people change with the next run.').waitFor();
    await expectInOrder(page);
    await page.getByRole('button', { name: 'Save the mapping' }).click();
    await page.getByRole('button', { name: 'Resync all' }).waitFor();
    await page.getByRole('button', { name: 'Resync all' }).click();
    await page.getByText(/audiences? (is|are) sent again/).waitFor();

    await page.getByRole('button', { name: 'Read now' }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('The run ends; nothing of it is taken over.').waitFor();
    await page.getByRole('button', { name: 'Forget rows of people' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Forget rows' }).click();
    await page.getByText('The next run takes every row as new.').waitFor();
    const runs = await site.desk.owner.GET('/models/{modelId}/runs', {
      params: { path: { modelId }, query: {} },
    });
    expect(runs.data?.items[0]?.state).toBe('cancelled');
  });

  it('are kept apart by integrations, which are switched off and on and sent again whole', async () => {
    const page = await site.open('/connect');
    await page
      .getByRole('button', { name: /^Disable/ })
      .first()
      .click();
    await page.getByRole('button', { name: /^Enable/ }).click();
    await expect.poll(() => page.getByRole('button', { name: /^Enable/ }).count()).toBe(0);
    await page
      .getByRole('button', { name: /^Resync all of/ })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Resync all' }).click();
    await page.getByText(/audiences? (is|are) sent again/).waitFor();
  });

  it('have traits that are computed from events', async () => {
    const page = await site.open('/sources');
    await page.getByRole('button', { name: 'New computed trait' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Name' }).fill('orders');
    await form
      .getByRole('textbox', { name: 'Event' })
      .or(form.getByRole('combobox', { name: 'Event' }))
      .fill('Order Completed');
    await form.getByRole('button', { name: 'Compute' }).click();
    await page.getByText('orders is computed: 0 people have it.').waitFor();
    await page.getByRole('button', { name: 'Remove orders' }).waitFor();
    await expectInOrder(page);
  });
});

describe.runIf(hasBrowser)('signing in', () => {
  it('leads to the second factor that everybody needs, and takes drafts away on the way out', async () => {
    const web = createWebApp({ built: Promise.resolve(), directory: builtWeb, basePath: '/' });
    await using door = await openDoor({ web });
    const [email, password] = ['ana@example.com', 'correct horse battery'];
    const first = { token: await door.firstStart(), email, name: 'Ana', password };
    await door.browser().ask('POST', '/auth/accept', first);
    const page = await site.open('/help/errors/PLAN_STALE');
    const enter = async () => {
      await page.getByRole('textbox', { name: 'E-mail' }).fill(email);
      await page.getByRole('textbox', { name: 'Password' }).fill(password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    };
    const drafts = async () => {
      const kept = await page.locator('html').evaluate(() => Object.keys(sessionStorage));
      return kept.filter((name) => name.startsWith('muster.'));
    };

    await page.goto(`${door.url}/audiences/new`);
    const field = page.getByRole('textbox', { name: 'Password' });
    expect(await field.getAttribute('type')).toBe('password');
    expect(await field.getAttribute('autocomplete')).toBe('current-password');
    // As somebody pastes it.
    await field.focus();
    await page.keyboard.insertText('pasted');
    expect(await field.inputValue()).toBe('pasted');
    await enter();
    await page.getByRole('radio', { name: /^sandbox Sandbox/ }).click();
    await expect.poll(drafts, waiting).toEqual([expect.stringMatching(/new$/)]);
    await page.reload();
    const chosen = page.getByRole('radio', { name: /^sandbox Sandbox/ });
    await expect.poll(() => chosen.isChecked(), waiting).toBe(true);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(await drafts()).toEqual([]);

    await page.goto(`${door.url}/settings/people`);
    await enter();
    await page.getByRole('switch', { name: 'Everybody needs a second factor' }).click();
    await page.getByRole('heading', { level: 1, name: 'Second factor' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Your password now' }).fill(password);
    await page.getByRole('button', { name: 'Switch it on' }).click();
    const uri = await page.getByRole('link', { name: /app/ }).getAttribute('href');
    const app = URI.parse(must(uri, 'a secret'));
    await page.getByRole('textbox', { name: 'Code of the app' }).waitFor();
    await expectInOrder(page);
    const code = app instanceof TOTP ? app.generate() : '';
    await page.getByRole('textbox', { name: 'Code of the app' }).fill(code);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
    const needed = page.getByRole('switch', { name: 'Everybody needs a second factor' });
    await expect.poll(() => needed.isChecked(), waiting).toBe(true);
    await expectInOrder(page);
  });
});

/** Each tile by its name, and what its form asks for. */
const tiles: readonly (readonly [tile: string, asks: readonly string[]])[] = [
  ['Came into the database', []],
  ['Was tagged', ['Tags (any of them)', 'Trait']],
  ['Visited a page', ['Address', 'How it is compared']],
  ['Opened an e-mail', ['Message', 'Event name']],
  ['Clicked a link in an e-mail', ['Message', 'Link', 'Event name']],
  ['Reached a score', ['Score', 'Tag', 'Trait']],
  ['Came to a funnel stage', ['Stage', 'Trait']],
  ['Did something', ['Event name', 'Kind of event']],
  ['Gave or took back a consent', ['What was said', 'Trait']],
];

describe.runIf(hasBrowser)('automations', () => {
  it('are begun from nine tiles, each with its own form, and say what they do once saved', async () => {
    const page = await site.open('/audiences/new');
    await page
      .getByRole('radio', { name: /sandbox/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('tagged people');
    await page.getByRole('radio', { name: 'By an automation' }).click();
    for (const [tile, asks] of tiles) {
      await page.getByRole('radio', { name: tile }).click();
      await expect
        .poll(() => page.getByRole('radio', { name: tile }).isChecked(), waiting)
        .toBe(true);
      for (const label of asks) await page.getByLabel(label).first().waitFor();
    }
    await expectInOrder(page);
    await page.getByRole('radio', { name: 'Was tagged' }).click();
    await page.getByRole('combobox', { name: 'Tags (any of them)' }).fill('vip');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit tagged people' }).waitFor();

    await page.goto(`${site.url}/automations`);
    await page.getByRole('link', { name: 'tagged people' }).click();
    await page.getByText('Starts: whoever was tagged (tags ["vip"])').waitFor();
    await page.getByText('add to “tagged people”').waitFor();
  });
});

describe.runIf(hasBrowser)('settings', () => {
  it('end a database by its name, typed, and say how the installation is', async () => {
    await site.desk.place.receive('id,email\nS,s@example.com\n', { database: 'sample' });
    const { data } = await site.desk.owner.GET('/databases', {
      params: { query: { name: 'sample' } },
    });
    const page = await site.open(`/settings/databases?database=${must(data?.items[0], 'it').id}`);
    await page.getByRole('button', { name: 'Delete sample' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Type sample' }).fill('simple');
    await form.getByRole('button', { name: 'Delete for good' }).click();
    await form.getByRole('alert').waitFor();
    await form.getByRole('textbox', { name: 'Type sample' }).fill('sample');
    await form.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('sample is gone, with 1 person.').waitFor();
    await page.getByRole('button', { name: 'Delete main' }).waitFor();
    await expectInOrder(page);
    await page.goto(`${site.url}/settings/doctor`);
    await page.getByText(/(Nothing|Something) stands in the way\./).waitFor();
    await expectInOrder(page);
  });
});

async function membersOf(name: string): Promise<string[]> {
  const { data } = await site.desk.owner.GET('/audiences', { params: { query: { name } } });
  const audienceId = must(data?.items[0], name).id;
  const members = await site.desk.owner.GET('/audiences/{audienceId}/members', {
    params: { path: { audienceId }, query: {} },
  });
  return (members.data?.items ?? []).map(({ externalId }) => externalId).toSorted();
}
