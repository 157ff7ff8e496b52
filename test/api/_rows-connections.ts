import { expect } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { type RowTests, waiting } from './_rows.ts';

/** 60 days, less a minute that the test may take. */
const USERS_TOKEN_SECONDS = 60 * 86_400 + 3_600;

/** C-03, C-04, C-09, C-10 to C-12 and what goes with them. */
export const connectionRows: RowTests = {
  'shows the kind of a token and how long it lasts, and replaces it on the same pair (C-03, C-09)':
    async (rows) => {
      const { site, served } = rows;
      const account = must(site.desk.place.sandbox.adAccounts[1], 'a second account');
      const given = await fetch(`${served.url}/_sandbox/tokens`, {
        method: 'POST',
        body: JSON.stringify({ kind: 'USER', expiresInSeconds: USERS_TOKEN_SECONDS }),
      });
      const { token } = (await given.json()) as { token: string };
      const page = await site.open('/connect');
      const connect = async (accessToken: string) => {
        await page.getByRole('textbox', { name: 'Ad account ID' }).fill(account.id);
        await page.getByLabel('Access token').fill(accessToken);
        await page.getByRole('button', { name: 'Check and connect' }).click();
        await page
          .getByText(/^Connected: /)
          .first()
          .waitFor();
      };
      await connect(token);
      const card = page.getByRole('article').filter({ hasText: 'days left' });
      await card.getByText('User', { exact: true }).waitFor();
      await card.getByText(/each newly generated token replaces the previous one/).waitFor();
      const pairs = async () =>
        ((await site.desk.owner.GET('/integrations', {})).data?.items ?? []).filter(
          ({ adAccount }) => adAccount === account.id,
        );
      const [before] = await pairs();
      await page.reload();
      await connect(site.desk.place.sandbox.token);
      await page.reload();
      await page.getByText('System user', { exact: true }).first().waitFor();
      await page.getByText('Never', { exact: true }).first().waitFor();
      expect((await pairs()).map(({ id }) => id)).toEqual([must(before, 'it was tied').id]);
    },

  'tells every step to id, app, system user and token beside the form (C-04)': async (rows) => {
    const page = await rows.site.open('/connect');
    const guide = page.getByRole('region', { name: 'Where to find all that' });
    const steps = guide.getByRole('button', { name: /^\d+\. / });
    await steps.first().waitFor();
    const { data } = await rows.site.desk.owner.GET('/connections/guide', {});
    const titles = (data?.steps ?? []).map(({ title }, i) => `${i + 1}. ${title}`);
    expect(titles.length).toBeGreaterThan(4);
    expect(await steps.allInnerTexts()).toEqual(titles);
    for (const [i, step] of (data?.steps ?? []).entries()) {
      await steps.nth(i).click();
      await guide.getByText(step.words, { exact: true }).waitFor();
      for (const { url } of step.links)
        expect(await guide.locator(`a[href="${url}"]`).count()).toBeGreaterThan(0);
    }
  },

  'refuses the 51st model of a database with the number (C-11, E-02)': async (rows) => {
    const { owner } = rows.site.desk;
    await rows.model('fifty', 'nr,email\n90,ninety@example.com\n');
    const models = async () =>
      (await owner.GET('/models', { params: { query: { limit: 100 } } })).data?.items ?? [];
    const there = await models();
    const { sourceId, databaseId, idColumn } = must(there[0], 'the first');
    for (let number = there.length + 1; number <= 50; number += 1) {
      const body = { name: `fifty ${number}`, sourceId, databaseId, idColumn };
      const { error } = await owner.POST('/models', { body });
      expect(error).toBeUndefined();
    }
    const page = await rows.site.open('/sources/models/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('one too many');
    await page.getByRole('button', { name: 'Look at ten rows' }).click();
    await page.getByRole('button', { name: 'Save model' }).click();
    await page
      .getByText(/at most 50 models/)
      .first()
      .waitFor();
    expect(await models()).toHaveLength(50);
    for (const { id: modelId, name } of await models()) {
      if (!/^fifty \d+$/.test(name)) continue;
      await owner.DELETE('/models/{modelId}', { params: { path: { modelId } } });
    }
  },

  'says who has to be an admin where Meta refuses with 200 (C-12, E-05)': async (rows) => {
    const id = await rows.made('no admin', {
      rule: { trait: 'plan', op: 'equals', value: 'gold' },
    });
    const { owner, place } = rows.site.desk;
    const path = { audienceId: id };
    await owner.POST('/audiences/{audienceId}/activate', { params: { path } });
    place.sandbox.faults.arm({ name: 'permissionMissing', times: 20 });
    const page = await rows.site.open(`/audiences/${id}`);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await rows.work();
    place.sandbox.faults.clear();
    await page.reload();
    await page.getByText(/The last run did not succeed/).waitFor();
    await page.getByText(/admin/i).first().waitFor();
  },

  'says which integration sends to whom, and lets that be changed (M-09, C-10)': async (rows) => {
    const page = await rows.site.open('/connect');
    await page.getByRole('button', { name: 'Edit: sandbox' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByRole('checkbox', { name: 'An external id alone is enough to be sent' }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    const read = async () =>
      (
        await rows.site.desk.owner.GET('/integrations/{integrationId}', {
          params: { path: { integrationId: '1' } },
        })
      ).data;
    expect(await read()).toMatchObject({ externalIdAllowed: true, name: 'sandbox' });
    await page.getByRole('button', { name: 'Edit: sandbox' }).first().click();
    await form.getByRole('checkbox', { name: 'An external id alone is enough to be sent' }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await read())?.externalIdAllowed, waiting).toBe(false);
  },
};
