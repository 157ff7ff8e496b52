import { expect } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { type Rows, type RowTests, waiting } from './_rows.ts';

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

/** G-08, L-02, L-05, S-03, S-11, and settings that change what is sent. */
export const lifeRows: RowTests = {
  'sends everybody again by Resync all, and nothing where nothing changed (S-03, S-11)': async (
    rows,
  ) => {
    const id = await rows.made('again', { rule: gold }, true);
    const uploads = () => rows.site.desk.place.uploads();
    const before = await uploads();
    const page = await rows.site.open(`/audiences/${id}`);
    const queued = page.getByText('A run is queued; the page follows it.');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await queued.first().waitFor();
    await rows.work();
    expect(await uploads()).toBe(before);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Resync all' }).click();
    await expect.poll(() => runsOf(rows, id), waiting).toContain('replay');
    await rows.work();
    expect(await uploads()).toBe(before + 1);
  },

  'ends with its people at Meta removed, where that is wished (L-02)': async (rows) => {
    const id = await rows.made('emptied', { rule: gold }, true);
    const { metaAudienceId } = await rows.audience('emptied');
    expect(await rows.held('emptied')).toBeGreaterThan(1);
    const page = await rows.site.open(`/audiences/${id}`);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Deactivate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Remove them first' }).click();
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rows.work();
    await page.reload();
    await page.getByText('Deactivated', { exact: true }).first().waitFor();
    expect(await rows.site.desk.place.heldRows(metaAudienceId)).toEqual([]);
  },

  'deletes at Meta what is typed, after saying which ads use it (L-05)': async (rows) => {
    const id = await rows.made('used by ads', { rule: gold }, true);
    const { metaAudienceId } = await rows.audience('used by ads');
    const account = must(rows.site.desk.place.sandbox.adAccounts[0], 'an ad account').id;
    const day = { day: '2026-11-01', impressions: 9, spend: 9 };
    const names = { id: '7001', account, name: 'Spring sale', audiences: [metaAudienceId] };
    await rows.setSandbox('ads', { adSets: [{ ...names, days: [day] }] });
    const page = await rows.site.open(`/audiences/${id}`);
    await page.getByRole('button', { name: 'Ask Meta now' }).first().click();
    await page.getByText('Spring sale').first().waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete at Meta' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The Meta audience is deleted for good').waitFor();
    await dialog.getByText('This ad set uses it, and stops finding its people:').waitFor();
    await dialog.getByText('Spring sale').waitFor();
    const forGood = dialog.getByRole('button', { name: 'Delete at Meta' });
    await dialog.getByRole('textbox').fill('used by');
    expect(await forGood.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('used by ads');
    await forGood.click();
    await page.getByText('Deactivated', { exact: true }).first().waitFor();
    expect((await rows.audience('used by ads')).state).toBe('deactivated');
    const gone = await fetch(`${rows.served.url}/v26.0/${metaAudienceId}?fields=name`, {
      headers: { authorization: `Bearer ${rows.site.desk.place.sandbox.token}` },
    });
    expect(gone.status).toBe(400);
  },

  'forgets a person here and takes them out at Meta (G-08)': async (rows) => {
    await rows.receive('id,email,plan\nK,k@example.com,gold\n');
    await rows.made('with K', { rule: gold }, true);
    const before = await rows.held('with K');
    const page = await rows.site.open('/profiles');
    await page.getByRole('searchbox').first().fill('k@example.com');
    await page.getByRole('link', { name: 'K', exact: true }).click();
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Forget this person' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('K');
    await dialog.getByRole('button', { name: 'Forget for good' }).click();
    await page
      .getByText(/^Receipt/)
      .first()
      .waitFor();
    await rows.work();
    expect(await rows.held('with K')).toBe(before - 1);
    expect(await rows.membersOf('with K')).not.toContain('K');
  },

  'reads values by the rules that are chosen, counted before they are saved (M-04)': async (
    rows,
  ) => {
    const page = await rows.site.open('/settings/databases');
    const rule = page.getByRole('combobox', { name: 'External ID' });
    expect(await rule.inputValue()).toBe('as-is');
    await rule.selectOption('sha256');
    await page.getByRole('button', { name: 'How many would it touch?' }).click();
    await page.getByText(/people come out otherwise\./).waitFor();
    const settings = async () =>
      (
        await rows.site.desk.owner.GET('/databases/{databaseId}/settings', {
          params: { path: { databaseId: '1' } },
        })
      ).data?.normalising;
    expect(await settings()).toEqual({});
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved').first().waitFor();
    expect(await settings()).toEqual({ externalId: 'sha256' });
    await rule.selectOption('as-is');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(settings, waiting).toEqual({ externalId: 'as-is' });
  },

  'says in the section of the second person that the databases could not be read': async (rows) => {
    const page = await rows.site.open('/settings/doctor');
    await page.route('**/api/v1/overview*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }),
    );
    await page.getByRole('link', { name: 'Second person' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Second person' }).waitFor();
    await page.getByRole('alert').first().waitFor();
    await page.unroute('**/api/v1/overview*');
    await page.getByRole('button', { name: /again/i }).first().click();
    await page.getByRole('switch', { name: 'Ask when a run concerns many people' }).waitFor();
  },
};

async function runsOf(rows: Rows, audienceId: string): Promise<string[]> {
  const { data } = await rows.site.desk.owner.GET('/runs', {
    params: { query: { audienceId } },
  });
  return (data?.items ?? []).map(({ trigger }) => trigger);
}
