import { expect } from 'vitest';
import { type RowTests, waiting } from './_rows.ts';

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

/** S-02 to S-05, V-02 to V-09, V-15, M-17, T-01, T-02, G-02 and G-03. */
export const seeingRows: RowTests = {
  'says how an audience stands before, during and after its first run (S-02, S-04, S-05, V-06, V-07)':
    async (rows) => {
      const id = await rows.made('watched', { way: 'hand', description: 'Who pays' });
      const path = { audienceId: id };
      const put = async (...ids: string[]) =>
        await rows.site.desk.owner.POST('/audiences/{audienceId}/members', {
          ...{ params: { path }, body: { include: { ids } } },
        });
      await put('A', 'B');
      const page = await rows.site.open(`/audiences/${id}`);
      await page.getByRole('tab', { name: 'View definition' }).click();
      for (const fact of ['watched', 'Who pays', 'main', 'sandbox', 'By hand']) {
        await page.getByRole('definition').filter({ hasText: fact }).first().waitFor();
      }
      await page.getByRole('tab', { name: 'View linked audience & integration' }).click();
      await page.getByText('No Meta audience is linked yet.').waitFor();
      await page.getByRole('button', { name: 'Activate' }).click();
      await page.getByRole('button', { name: 'Sync now' }).waitFor();
      await page.getByRole('tab', { name: 'View synchronization details' }).click();
      await page.getByText('Closed until the next run').waitFor();
      await page.getByText('The first load takes a while').waitFor();
      await page.getByRole('button', { name: 'Sync now' }).click();
      await page.getByText('A run is queued; the page follows it.').waitFor();
      await rows.work();
      await page.reload();
      const details = page.getByRole('region', { name: 'View synchronization details' });
      await details.getByText('Successful', { exact: true }).waitFor();
      const { data } = await rows.site.desk.owner.GET('/audiences/{audienceId}/details', {
        params: { path },
      });
      expect(data?.last).toMatchObject({ added: 2, removed: 0, state: 'succeeded' });
      await details.getByText('2', { exact: true }).waitFor();
      await page.getByText('Meta is matching').waitFor();
      expect(await rows.held('watched')).toBe(2);

      await put('C');
      await page.reload();
      await page.getByText('Closed until the next run').waitFor();
      expect((await rows.audience('watched')).synchronizedAt).toBeNull();
    },

  'shows Meta’s numbers and codes as they are (V-02 to V-05, V-08, V-15, M-17, E-01)': async (
    rows,
  ) => {
    const id = await rows.made('measured', { rule: gold }, true);
    const page = await rows.site.open(`/audiences/${id}?tab=linked`);
    const linked = page.getByRole('region', { name: 'View linked audience & integration' });
    const ask = async () => {
      await page.getByRole('button', { name: 'Ask Meta now' }).click();
      await page.waitForLoadState('networkidle');
    };
    await ask();
    await linked.getByText('Not available (-1)').first().waitFor();
    await linked.getByText(/^300: /).waitFor();
    const { metaAudienceId, adAccount } = await rows.audience('measured');
    for (const fact of ['measured', String(metaAudienceId), 'sandbox', String(adAccount)]) {
      await linked.getByText(fact, { exact: true }).first().waitFor();
    }
    const { data } = await rows.site.desk.owner.GET('/audiences/{audienceId}', {
      params: { path: { audienceId: id } },
    });
    expect(data?.atMeta).toMatchObject({ sizeLowest: -1, sizeHighest: -1 });
    await page.goto(`${rows.site.url}/audiences?state=all&q=measured`);
    await page.getByText('Not available (-1)').waitFor();
    await page.getByText('Too small').first().waitFor();

    await rows.setSandbox('settings', { sizeFloor: 1, deliveryFloor: 1 });
    await page.goto(`${rows.site.url}/audiences/${id}?tab=linked`);
    await ask();
    await linked.getByText('200: This audience is ready for use.').waitFor();
    const bounds = 'approximate_count_lower_bound,approximate_count_upper_bound';
    const said = await rows.atMeta('measured', bounds);
    await page.getByRole('tab', { name: 'Overview' }).click();
    const [lowest, highest] = bounds.split(',').map((name) => said[name]);
    expect(Number(lowest)).toBeGreaterThan(-1);
    await page
      .getByText(`≈ ${String(lowest)} – ${String(highest)}`)
      .first()
      .waitFor();
    await page.getByText('Below 1,000 accounts an audience is too small').first().waitFor();
    await page.getByText(/Pushed is what Meta accepted\. Matched is what Meta found/).waitFor();
    await page.getByRole('button', { name: 'Count identifiers' }).click();
    await page.getByText('People sign up to Meta with private addresses.').waitFor();
    await rows.setSandbox('settings', { sizeFloor: 1_000, deliveryFloor: 1_000 });
  },

  'keeps what a run ended with, on the audience and in its list of runs (V-09, E-10)': async (
    rows,
  ) => {
    const id = await rows.made('failing', { rule: gold });
    const { owner, place } = rows.site.desk;
    const path = { audienceId: id };
    await owner.POST('/audiences/{audienceId}/activate', { params: { path } });
    place.sandbox.faults.arm({ name: 'permissionMissing', times: 20 });
    await owner.POST('/audiences/{audienceId}/sync', { params: { path } });
    await rows.work();
    place.sandbox.faults.clear();
    const last = (await rows.audience('failing')).lastRun;
    const page = await rows.site.open(`/audiences/${id}`);
    await page.getByText(String(last?.error?.code)).first().waitFor();
    await page.getByRole('tab', { name: 'Runs', exact: true }).click();
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Run of failing' }).waitFor();
    await page.getByText('Requests and receipts').waitFor();
    await page.goto(`${rows.site.url}/audiences/${id}?tab=details`);
    await page
      .getByText(/Meta's error 200/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('A run is queued; the page follows it.').waitFor();
    await rows.work();
    await expect.poll(() => rows.held('failing'), waiting).toBeGreaterThan(1);
  },

  'finds people by membership and synchronization, and gives the list as a file (T-01, T-02)':
    async (rows) => {
      await rows.made('asked for', { rule: gold }, true);
      await rows.receive('id,email,plan\nJ,j@example.com,gold\n');
      const inStep = (await rows.membersOf('asked for')).filter((id) => id !== 'J');
      const page = await rows.site.open('/profiles');
      const found = async (question: string) => {
        await page.getByRole('button', { name: 'Edit “People who match”' }).click();
        const dialog = page.getByRole('dialog');
        if ((await dialog.getByRole('combobox', { name: 'Kind of condition' }).count()) === 0) {
          await dialog.getByRole('button', { name: 'Add condition' }).first().click();
        }
        await dialog.getByRole('combobox', { name: 'Kind of condition' }).selectOption('audience');
        await dialog
          .getByRole('combobox', { name: 'How they stand with the audience' })
          .selectOption(question);
        await dialog.getByRole('combobox', { name: 'Audience', exact: true }).click();
        await page.getByRole('option', { name: 'asked for' }).click();
        await dialog.getByRole('button', { name: 'Use' }).click();
        await dialog.waitFor({ state: 'detached' });
        await page.waitForLoadState('networkidle');
      };
      const listed = async () => (await page.getByRole('rowheader').allInnerTexts()).toSorted();
      await found('member_of');
      await expect.poll(listed, waiting).toEqual([...inStep, 'J'].toSorted());
      await found('synchronized_in');
      // Who has nothing to be matched by was never sent.
      await expect.poll(listed, waiting).toEqual(inStep.filter((id) => id !== 'Z'));
      await found('not_synchronized_in');
      await expect.poll(listed, waiting).toEqual(['J', 'Z']);
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: /CSV/ }).click();
      expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    },

  'says on a person’s page that a no kept them out, and the audience stays as it was (G-02, G-03, T-05)':
    async (rows) => {
      const page = await rows.newAudience('no entry', 'By hand');
      await page.getByRole('textbox', { name: 'Add these people: ids and e-mail' }).fill('A, N');
      const result = page.getByRole('region', { name: 'What saving does' });
      await result.getByText('1 said no to marketing, and is not added.').waitFor();
      await page.getByRole('button', { name: 'Save and close' }).click();
      await page.getByRole('heading', { level: 1, name: 'no entry' }).waitFor();
      expect(await rows.membersOf('no entry')).toEqual(['A']);
      await page.goto(`${rows.site.url}/profiles`);
      await page.getByRole('searchbox').first().fill('n@example.com');
      await page.getByRole('link', { name: 'N', exact: true }).click();
      const part = page.getByRole('region', { name: 'Interactions' });
      await part
        .getByRole('row')
        .filter({ hasText: 'no entry' })
        .getByText(/^Negative consent/)
        .waitFor();
    },
};
