import { expect } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { askTrait, type RowTests, waiting } from './_rows.ts';

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

/** G-07, L-07 and M-16. */
export const makingRows: RowTests = {
  'asks for a name and a web address, and brings description and opt-out to Meta (A-04, A-05, A-10, G-07)':
    async (rows) => {
      const page = await rows.newAudience('', 'By hand');
      const optOut = page.getByRole('textbox', { name: 'Opt-out address' });
      await optOut.fill('ftp://example.com/out');
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('It needs a name.').first().waitFor();
      await page
        .getByText('The opt-out address begins with http:// or https://.')
        .first()
        .waitFor();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('said well');
      await page.getByRole('textbox', { name: 'Description' }).fill('Who said it well');
      await optOut.fill('https://example.com/out');
      await page.getByRole('button', { name: 'Save and close' }).click();
      await page.getByRole('heading', { level: 1, name: 'said well' }).waitFor();
      await page.getByRole('button', { name: 'Activate' }).click();
      await page.getByRole('button', { name: 'Sync now' }).click();
      await page.getByText('A run is queued; the page follows it.').waitFor();
      await rows.work();
      expect(await rows.atMeta('said well', 'name,description,opt_out_link')).toMatchObject({
        name: 'said well',
        description: expect.stringContaining('Who said it well'),
        opt_out_link: 'https://example.com/out',
      });
    },

  'calls a connector’s audience CA_ and its name, and makes one by value (A-08, M-16)': async (
    rows,
  ) => {
    const page = await rows.newAudience('Buyers', 'By hand');
    await page.getByRole('checkbox', { name: 'Value-based' }).click();
    await page.getByRole('checkbox', { name: 'Called CA_ and its name at Meta' }).click();
    await page
      .getByRole('combobox', { name: 'Where the people come from' })
      .selectOption('BOTH_USER_AND_PARTNER_PROVIDED');
    await page.getByRole('button', { name: 'Save and close' }).click();
    await page.getByRole('heading', { level: 1, name: 'Buyers' }).waitFor();
    const made = await rows.audience('Buyers');
    expect(made).toMatchObject({
      ...{ valueBased: true, connector: true },
      customerFileSource: 'BOTH_USER_AND_PARTNER_PROVIDED',
    });
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('A run is queued; the page follows it.').waitFor();
    await rows.work();
    expect(await rows.atMeta('Buyers', 'name,is_value_based')).toMatchObject({
      ...{ name: 'CA_Buyers', is_value_based: true },
    });
  },

  'refuses a Meta audience that another one has, by its name, until that one is deactivated (A-07, E-09, L-02)':
    async (rows) => {
      await rows.made('first of two', { rule: gold }, true);
      const { metaAudienceId } = await rows.audience('first of two');
      const page = await rows.newAudience('second of two', 'By hand');
      const list = page.getByRole('combobox', { name: 'Meta audience that is there already' });
      const option = page.getByRole('option', {
        name: new RegExp(`^first of two ${metaAudienceId}`),
      });
      await page.getByRole('button', { name: 'Refresh list' }).click();
      await list.click();
      await option
        .getByText(/first of two/)
        .last()
        .waitFor();
      expect(await option.getAttribute('aria-disabled')).toBe('true');

      const other = await rows.site.open(`/audiences/${(await rows.audience('first of two')).id}`);
      await other.getByRole('button', { name: 'More', exact: true }).click();
      await other.getByRole('menuitem', { name: 'Deactivate' }).click();
      const dialog = other.getByRole('dialog');
      expect(await dialog.getByRole('radio', { name: 'Leave them there' }).isChecked()).toBe(true);
      await dialog.getByRole('button', { name: 'Deactivate' }).click();
      await other.getByText('Deactivated', { exact: true }).first().waitFor();
      expect((await rows.site.desk.place.heldRows(metaAudienceId)).length).toBe(2);

      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Refresh list' }).click();
      await list.click();
      await expect.poll(() => option.getAttribute('aria-disabled'), waiting).not.toBe('true');
      await option.click();
      await page.getByRole('button', { name: 'Save and close' }).click();
      await page.getByRole('heading', { level: 1, name: 'second of two' }).waitFor();
      await page.getByRole('button', { name: 'Activate' }).click();
      await page.getByRole('button', { name: 'Sync now' }).waitFor();
      expect((await rows.audience('second of two')).metaAudienceId).toBe(metaAudienceId);
    },

  'gives a model its audience, made or connected (A-09)': async (rows) => {
    const modelId = await rows.model('shop', 'nr,email\nM1,m1@example.com\nM2,m2@example.com\n');
    const page = await rows.site.open(`/sources/models/${modelId}`);
    const part = page.getByRole('region', { name: 'Audience of these people' });
    await part.getByRole('radio', { name: 'Connect one that is there' }).click();
    await part.getByRole('button', { name: 'Give it the audience' }).click();
    await part.getByText('An audience needs a name.').waitFor();
    await part.getByText('Choose the Meta audience that it shall be connected to.').waitFor();
    await part.getByRole('radio', { name: 'Create a new audience' }).click();
    await part.getByRole('textbox', { name: 'Name of the audience' }).fill('shop people');
    await part.getByRole('button', { name: 'Give it the audience' }).click();
    await part.getByText('It fills the audience shop people.').waitFor();
    const { metaAudienceId } = await rows.audience('shop people');
    await part.getByText(must(metaAudienceId, 'it is at Meta')).waitFor();
    await rows.readModel(modelId);
    await part.getByRole('link', { name: 'Open it' }).click();
    await page.getByRole('heading', { level: 1, name: 'shop people' }).waitFor();
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText('A run is queued; the page follows it.').waitFor();
    await rows.work();
    expect(await rows.membersOf('shop people')).toEqual(['M1', 'M2']);
    expect(await rows.held('shop people')).toBe(2);
  },

  'goes to another ad account until it was at Meta, and then says why not (L-07)': async (rows) => {
    const [, , other] = rows.site.desk.place.sandbox.adAccounts;
    const account = must(other, 'a third account').id;
    const id = await rows.made('moving', { rule: gold });
    const page = await rows.site.open(`/audiences/${id}/edit`);
    await page.getByRole('textbox', { name: 'Ad account' }).fill(account.slice(4));
    await page.getByRole('textbox', { name: 'Description' }).fill('moved');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Everything is saved.').waitFor();
    await expect.poll(async () => (await rows.audience('moving')).adAccount, waiting).toBe(account);
    await page.getByRole('button', { name: 'Save and close' }).click();
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('button', { name: 'Sync now' }).waitFor();
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByText(`${account}. It has been at Meta, so the ad account stays`).waitFor();
    expect(await page.getByRole('textbox', { name: 'Ad account' }).count()).toBe(0);
  },

  'asks for a rule, and says in plain words whom it finds (A-10, P-11)': async (rows) => {
    const page = await rows.newAudience('by rule', 'By a rule');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('The rule has an empty group or no condition yet.').waitFor();
    await page.getByRole('button', { name: 'Add condition' }).first().click();
    await askTrait(page, 'plan', 'gold');
    await page.getByText('In plain words').waitFor();
    await page.getByText('said no: they are never sent').waitFor();
  },
};
