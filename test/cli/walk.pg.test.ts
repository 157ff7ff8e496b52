import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { hasChromium, openBrowser } from '../support/chromium.ts';
import { testDatabase } from '../support/postgres.ts';
import { type Desk, openDesk, type Running } from './_muster.ts';

// One installation, from its first minute on; each test goes on where the one before it ended.
vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const WAIT_MS = 60_000;
/** More than any screen has. */
const STOPS_MAX = 150;
const password = 'correct horse battery';
const hasBrowser = hasChromium('a walk through the page of muster serve');

let database: Awaited<ReturnType<typeof testDatabase>>;
let desk: Desk;
let serving: Running;
let url: string;
let browser: Browser;
let olga: Page;
let viewer: Page;
let editor: Page;

beforeAll(async () => {
  if (!hasBrowser) return;
  database = await testDatabase();
  const ports = { MUSTER_SANDBOX_PORT: '0', MUSTER_PORT: '0' };
  desk = await openDesk({ DATABASE_URL: database.url, ...ports });
  serving = await desk.start(['serve', '--workers', '2']);
  url = must(/http:\/\/\S+/.exec(serving.firstLine)?.[0], 'it says where it serves');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await desk?.[Symbol.asyncDispose]();
  await database?.drop();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  return page;
}

/** Makes an account by an invitation of the owner's, and signs in with it. */
async function invited(role: 'viewer' | 'editor'): Promise<Page> {
  const answer = await olga.request.post(`${url}/api/v1/invitations`, {
    headers: { origin: url },
    data: {
      ...{ email: `${role}@example.com`, role, databaseIds: null },
      ...{ personalData: false, credentials: false },
    },
  });
  const { url: link } = (await answer.json()) as { url: string };
  const page = await newPage();
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Your name' }).fill(role);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await heading(page, 'Home');
  return page;
}

/** One of the sample people. */
async function somebody(): Promise<{ databaseId: string; id: string }> {
  const overview = await olga.request.get(`${url}/api/v1/overview`);
  const { databases } = (await overview.json()) as { databases: { id: string; name: string }[] };
  const { id: databaseId } = must(
    databases.find(({ name }) => name === 'sample'),
    'the sample has a database',
  );
  const found = await olga.request.post(`${url}/api/v1/databases/${databaseId}/profiles/search`, {
    headers: { origin: url },
    data: {},
  });
  const { items } = (await found.json()) as { items: { id: string }[] };
  return { databaseId, id: must(items[0], 'it has people').id };
}

async function heading(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
}

async function open(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(`${url}${path}`);
  await heading(page, title);
}

/** Goes by Tab alone until something of that role and name has the focus. */
async function tabTo(
  page: Page,
  role: 'link' | 'button' | 'radio' | 'textbox',
  name: string | RegExp,
) {
  const wanted = page.getByRole(role, typeof name === 'string' ? { name, exact: true } : { name });
  const hasFocus = () => wanted.evaluateAll((all) => all.some((one) => one.matches(':focus')));
  await wanted.first().waitFor();
  for (let i = 0; i < STOPS_MAX && !(await hasFocus()); i += 1) await page.keyboard.press('Tab');
  expect(await hasFocus(), `${role} ${String(name)} is reached by Tab`).toBe(true);
}

async function press(
  page: Page,
  role: 'link' | 'button' | 'radio',
  name: string | RegExp,
  key: 'Enter' | 'Space',
): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press(key);
}

/** From how many people on the sample's runs wait for a second person; null: never. */
async function limit(page: Page, people: string | null): Promise<void> {
  await open(page, '/settings/approval', 'Second person');
  const wanted = page.getByRole('switch', { name: 'Ask when a run concerns many people' });
  await wanted.waitFor();
  if ((await wanted.isChecked()) !== (people !== null)) await wanted.press('Space');
  if (people !== null) {
    await page.getByRole('textbox', { name: 'One person alone may send up to' }).fill(people);
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').first().waitFor();
}

/** Forty people come in, so many of them of the team, of whom there is an audience; gives its id. */
async function teamOf(size: number): Promise<string> {
  const { databaseId } = await somebody();
  const lines = Array.from({ length: 40 }, (_, i) => {
    return `T-${i},t${i}@example.com,${i < size ? 'red' : 'blue'}`;
  });
  const headers = { origin: url, 'content-type': 'text/csv' };
  const came = await olga.request.post(
    `${url}/api/v1/databases/${databaseId}/imports?file=team.csv&id=id`,
    { headers, data: `id,email,team\n${lines.join('\n')}\n` },
  );
  expect(came.status(), await came.text()).toBe(200);
  const found = await olga.request.get(`${url}/api/v1/audiences?name=team`);
  const { items } = (await found.json()) as { items: { id: string }[] };
  if (items[0] !== undefined) return items[0].id;
  const first = await olga.request.get(`${url}/api/v1/audiences/1`);
  const { integrationId } = (await first.json()) as { integrationId: string };
  const rule = { trait: 'team', op: 'equals', value: 'red' };
  const made = await olga.request.post(`${url}/api/v1/audiences`, {
    headers: { origin: url },
    data: { name: 'team', rule, integrationId },
  });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { id: string }).id;
}

describe.runIf(hasBrowser)('the page of muster serve', () => {
  it('leads from nothing to an audience in step, by one button', async () => {
    const link = must(/http:\/\/\S*welcome\S*/.exec(serving.firstOutput)?.[0], 'there is a link');
    olga = await newPage();
    await olga.goto(link);
    await olga.getByRole('textbox', { name: 'E-mail' }).fill('olga@example.com');
    await olga.getByRole('textbox', { name: 'Your name' }).fill('Olga');
    await olga.getByLabel('New password').fill(password);
    await olga.getByRole('button', { name: 'Create the account' }).click();
    await heading(olga, 'Home');

    await olga.getByRole('button', { name: 'Start with sample people' }).click();
    await heading(olga, 'sample-lapsed-buyers');
    await olga.getByText('Up to date', { exact: true }).first().waitFor();
    await olga
      .getByRole('note', { name: /Sandbox/ })
      .first()
      .waitFor();

    await olga.getByRole('link', { name: 'Home', exact: true }).click();
    await heading(olga, 'Home');
    expect(await olga.getByRole('button', { name: 'Start with sample people' }).count()).toBe(0);
    const again = await olga.request.post(`${url}/api/v1/sample`, { headers: { origin: url } });
    expect(again.status()).toBe(200);
  });

  it('shows each role the buttons that it may press, and no others', async () => {
    const person = await somebody();
    const looks = [
      ['/audiences', 'Audiences', 'New audience'],
      ['/audiences/1', 'sample-lapsed-buyers', 'Sync now'],
      ['/audiences/1/plan', 'What would be sent: sample-lapsed-buyers', 'Approve and send'],
      ['/automations', 'Automations', 'New scenario'],
      [`/profiles/${person.databaseId}/${person.id}`, /^A/, 'Actions'],
      ['/sources', 'Sources', 'New model'],
      ['/connect', 'Connect', 'Check now'],
    ] as const;
    viewer = await invited('viewer');
    editor = await invited('editor');
    for (const [path, title, button] of looks) {
      await open(editor, path, title);
      const either = ['button', 'link'] as const;
      const found = (page: Page) =>
        either.map((role) => page.getByRole(role, { name: button, exact: true }));
      const [first, second] = found(editor);
      await must(first, 'it is a button').or(must(second, 'or a link')).first().waitFor();
      await open(viewer, path, title);
      await viewer.waitForLoadState('networkidle');
      for (const none of found(viewer)) expect(await none.count(), `${button} at ${path}`).toBe(0);
    }
    expect(await editor.getByRole('button', { name: 'Connect', exact: true }).count()).toBe(0);
    for (const form of [
      'audiences/new',
      'audiences/1/edit',
      'automations/new',
      'sources/models/new',
    ]) {
      await open(viewer, `/${form}`, 'You can look but not change');
      expect(await viewer.getByRole('textbox').count(), form).toBe(0);
    }
  });

  it('shows one browser what another one does, while it looks', async () => {
    await open(viewer, '/audiences/1', 'sample-lapsed-buyers');
    await open(olga, '/audiences/1', 'sample-lapsed-buyers');
    await olga.getByRole('button', { name: 'More', exact: true }).click();
    await olga.getByRole('menuitem', { name: 'Rename' }).click();
    await olga.getByRole('textbox', { name: 'New name' }).fill('lapsed');
    await olga.getByRole('button', { name: 'Rename', exact: true }).click();
    await heading(olga, 'lapsed');
    await heading(viewer, 'lapsed');
  });

  it('shows what goes to Meta without a value, and holds still when told to', async () => {
    await open(olga, '/live', 'Live');
    await open(viewer, '/live', 'Live');
    const row = (page: Page, audience: string) =>
      page
        .getByRole('row')
        .filter({ has: page.getByRole('link', { name: audience, exact: true }) });
    const request = row(olga, 'lapsed').first();
    await request.waitFor();
    expect(await request.innerText()).toMatch(/EMAIL|EXTERN_ID/);
    expect(await request.innerText()).not.toMatch(/[0-9a-f]{32}|@|C-1/);
    await olga.getByRole('switch', { name: 'Hold still' }).press('Space');
    await olga.getByText('Held still').waitFor();
    await olga.request.post(`${url}/api/v1/audiences/1/rename`, {
      headers: { origin: url },
      data: { name: 'lapsed buyers' },
    });
    await row(viewer, 'lapsed buyers').first().waitFor();
    expect(await row(olga, 'lapsed').count()).toBeGreaterThan(0);
    await olga.getByRole('switch', { name: 'Hold still' }).press('Space');
    await row(olga, 'lapsed buyers').first().waitFor();
  });

  it('leads from a member to their page, with all that is known of them', async () => {
    await open(olga, '/audiences/1?tab=members', 'lapsed buyers');
    const member = olga.getByRole('rowheader').getByRole('link').first();
    const name = await member.innerText();
    await member.click();
    await heading(olga, name);
    const part = (title: string) => olga.getByRole('region', { name: title, exact: true });
    const audience = part('Audiences').getByRole('row', { name: /lapsed buyers/ });
    await audience.waitFor();
    expect(await audience.innerText()).not.toContain('Not yet');
    for (const title of ['Identifiers', 'Traits', 'Consent', 'What happened']) {
      await part(title).waitFor();
    }
    await olga.getByRole('button', { name: 'Actions' }).click();
    await olga.getByRole('menuitem', { name: 'Said no to marketing' }).click();
    await part('Consent').getByText('no', { exact: true }).waitFor();
    await expect.poll(() => audience.count(), { timeout: WAIT_MS }).toBe(0);
  });

  it('makes an audience and sends it without a mouse', async () => {
    await open(olga, '/', 'Home');
    await press(olga, 'link', 'Audiences', 'Enter');
    await heading(olga, 'Audiences');
    await press(olga, 'link', 'New audience', 'Enter');
    await heading(olga, 'New audience');
    await press(olga, 'radio', /sample/, 'Space');
    await press(olga, 'button', 'Next', 'Enter');
    await tabTo(olga, 'textbox', 'Name');
    await olga.keyboard.type('by keyboard');
    // Radios are one stop of Tab; the arrows choose.
    await tabTo(olga, 'radio', /./);
    const byHand = olga.getByRole('radio', { name: 'By hand' });
    while (!(await byHand.isChecked())) await olga.keyboard.press('ArrowDown');
    await press(olga, 'button', 'Save and close', 'Enter');
    await heading(olga, 'by keyboard');
    await press(olga, 'button', 'Activate', 'Enter');
    await olga.getByRole('button', { name: 'Sync now' }).waitFor();
  });

  it('lets one person ask and another approve, in two browsers', async () => {
    await limit(olga, '10');
    const id = await teamOf(40);
    await open(editor, `/audiences/${id}`, 'team');
    await editor.getByRole('button', { name: 'Activate' }).click();
    await editor.getByRole('button', { name: 'Sync now' }).click();
    await editor.getByText('A run is queued; the page follows it.').waitFor();
    await open(editor, '/', 'Home');
    await editor.getByRole('link', { name: 'Look at the run' }).click();
    await heading(editor, 'Run of team');
    await editor.getByText('You asked for it, so somebody else has to answer.').waitFor();
    expect(await editor.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await open(olga, '/', 'Home');
    await olga.getByRole('link', { name: 'Look at the run' }).click();
    await olga.getByText('40 people would join').waitFor();
    await olga.getByRole('textbox', { name: 'A note, if you like' }).fill('Looks right');
    await olga.getByRole('button', { name: 'Approve' }).click();
    await olga.getByText('Successful', { exact: true }).waitFor();
    await editor.getByText('A second person has said yes').waitFor();
    await limit(olga, null);
  });

  it('holds removals until somebody releases them', async () => {
    const id = await teamOf(10);
    await open(olga, `/audiences/${id}`, 'team');
    await olga.getByRole('button', { name: 'Sync now' }).click();
    await olga.getByText('A run is queued; the page follows it.').waitFor();
    await open(olga, '/', 'Home');
    await olga.getByRole('link', { name: 'Review the removals' }).click();
    await olga.getByText('The removals of this run wait for you').waitFor();
    await olga.getByRole('button', { name: 'Release the removals' }).click();
    await olga.getByText('The removals of this run wait for you').waitFor({ state: 'detached' });
    await open(olga, `/audiences/${id}`, 'team');
    await olga.getByText('Up to date', { exact: true }).first().waitFor();
    const members = await olga.request.get(`${url}/api/v1/audiences/${id}`);
    expect(await members.json()).toMatchObject({ members: 10, state: 'up to date' });
  });

  it('takes a file in, after a look at it', async () => {
    await open(olga, '/sources', 'Sources');
    await olga.getByRole('link', { name: 'Upload a file' }).click();
    await heading(olga, 'Upload a file of people');
    const file =
      'id,email,shoe\nU-1,u1@example.com,41\nU-2,u2@example.com,42\n,nobody@example.com,43\n';
    const buffer = Buffer.from(file);
    const chosen = { name: 'more.csv', mimeType: 'text/csv', buffer };
    await olga.locator('input[type="file"]').setInputFiles(chosen);
    const part = (name: string) => olga.getByRole('region', { name, exact: true });
    await part('What is in it').getByRole('row', { name: 'New people 2' }).waitFor();
    await part('What is in it').getByRole('row', { name: 'Left out 1' }).waitFor();
    await part('What is taken as what')
      .getByRole('rowheader', { name: /^EMAIL/ })
      .waitFor();
    await olga.getByRole('button', { name: 'Take it in' }).click();
    await part('Taken in').getByRole('row', { name: 'New people 2' }).waitFor();
    await open(olga, '/profiles', 'Profiles');
    await olga.getByRole('searchbox').first().fill('U-2');
    await olga.getByRole('rowheader', { name: 'U-2' }).waitFor();
  });

  it('finds its sandbox again when serve starts anew', async () => {
    await serving.stop('SIGTERM');
    serving = await desk.start(['serve', '--workers', '2']);
    const again = must(/http:\/\/\S+/.exec(serving.firstLine)?.[0], 'it says where it serves');
    const answer = await desk.muster(['sync', 'lapsed buyers', '--json']);
    expect(answer.code, answer.stdout + answer.stderr).toBe(0);
    expect((await fetch(`${again}/healthz`)).status).toBe(200);
  });
});
