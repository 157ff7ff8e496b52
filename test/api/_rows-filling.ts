import type { Page } from '@playwright/test';
import { expect } from 'vitest';
import { askTrait, type RowTests, waiting } from './_rows.ts';

const gold = { trait: 'plan', op: 'equals', value: 'gold' };

/** P-05, P-06, P-09, P-10, P-12, P-15 to P-18, M-08, M-09, E-06 and E-07. */
export const fillingRows: RowTests = {
  'keeps an audience by a rule that matches, adds or removes (P-09, P-12)': async (rows) => {
    const page = await rows.newAudience('ruled', 'By a rule');
    await page.getByRole('button', { name: 'Add condition' }).first().click();
    await askTrait(page, 'plan', 'gold');
    // Whoever said no is found, and never a member.
    await page.getByText('4 people', { exact: true }).first().waitFor();
    await page.getByText('Fewer than 1,000: Meta may not deliver').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Edit ruled' }).waitFor();
    const path = { audienceId: (await rows.audience('ruled')).id };
    await rows.site.desk.owner.POST('/audiences/{audienceId}/activate', { params: { path } });
    await rows.site.desk.owner.POST('/audiences/{audienceId}/sync', { params: { path } });
    await rows.work();
    expect(await rows.membersOf('ruled')).toEqual(['A', 'B', 'Z']);

    await page.reload();
    await page.getByRole('radio', { name: 'Add', exact: true }).click();
    await page.getByRole('radio', { name: 'They stay' }).waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Everything is saved.').waitFor();
    await rows.receive('id,plan\nA,free\nC,gold\n');
    await expect.poll(() => rows.membersOf('ruled'), waiting).toEqual(['A', 'B', 'C', 'Z']);

    await page.getByRole('radio', { name: 'Match', exact: true }).click();
    await page.getByRole('radio', { name: 'They leave' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Everything is saved.').waitFor();
    await expect.poll(() => rows.membersOf('ruled'), waiting).toEqual(['B', 'C', 'Z']);
    await rows.receive('id,plan\nA,gold\nC,free\n');
    await expect.poll(() => rows.membersOf('ruled'), waiting).toEqual(['A', 'B', 'Z']);
  },

  'adds at the moment of an event, by one of nine tiles and by the general rule (P-05, P-06, S-10)':
    async (rows) => {
      const page = await rows.newAudience('came in', 'By an automation');
      await page.getByRole('radio', { name: 'Came into the database' }).click();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Edit came in' }).waitFor();

      const other = await rows.newAudience('bought or tagged', 'By an automation');
      await other.getByRole('radio', { name: 'Something else' }).click();
      const triggers = other.getByRole('combobox', { name: 'When somebody', exact: true });
      expect(await triggers.getByRole('option').count()).toBe(34);
      await triggers.selectOption('tagged');
      await other.getByRole('combobox', { name: 'Tags (any of them)' }).fill('vip');
      await other.keyboard.press('Enter');
      await other.getByRole('button', { name: 'Or something else' }).click();
      await other
        .getByRole('combobox', { name: 'or when somebody' })
        .selectOption('external_event');
      await other.getByRole('switch', { name: 'Only if a condition holds then' }).press('Space');
      await other.getByRole('button', { name: 'Edit “Condition”' }).click();
      const dialog = other.getByRole('dialog');
      await askTrait(dialog, 'plan', 'free');
      await dialog.getByRole('button', { name: 'Use' }).click();
      await other.getByRole('button', { name: 'Save', exact: true }).click();
      await other.getByRole('heading', { level: 1, name: 'Edit bought or tagged' }).waitFor();

      const person = (userId: string, plan: string) => ({
        ...{ type: 'identify', userId, traits: { email: `${userId}@example.com`, plan } },
      });
      await rows.call(person('E', 'free'));
      for (const userId of ['E', 'A']) {
        await rows.call({ type: 'track', userId, event: 'Order Completed' });
      }
      await expect.poll(() => rows.membersOf('came in'), waiting).toContain('E');
      await expect.poll(() => rows.membersOf('bought or tagged'), waiting).toEqual(['E']);
    },

  'leads people through a scenario that is drawn, and freezes it once it is on (P-10)': async (
    rows,
  ) => {
    await rows.made('in the scenario', { way: 'scenario' });
    const page = await rows.site.open('/automations/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('welcome');
    await page.getByRole('combobox', { name: 'Who starts' }).selectOption('on');
    const add = async (kind: string) => {
      await page.getByRole('button', { name: 'Add step' }).last().click();
      await page.getByRole('menuitem', { name: kind, exact: true }).click();
    };
    await add('Only people who');
    await page.getByRole('button', { name: 'Edit “Who goes on”' }).click();
    const dialog = page.getByRole('dialog');
    await askTrait(dialog, 'plan', 'free');
    await dialog.getByRole('button', { name: 'Use' }).click();
    await add('Add to audience');
    await page.getByRole('combobox', { name: 'Add to audience' }).click();
    await page.getByRole('option', { name: 'in the scenario' }).click();
    await add('Exit');
    await page.getByRole('region', { name: 'Scenario, drawn' }).waitFor();
    await page.getByRole('button', { name: 'Save scenario' }).click();
    await page.getByRole('button', { name: 'Change it' }).waitFor();
    await page.getByRole('switch', { name: 'welcome is on' }).press('Space');
    await page.getByText('It was switched on, so its steps stay as they are').waitFor();
    expect(await page.getByRole('button', { name: 'Change it' }).count()).toBe(0);
    for (const [userId, plan] of [
      ['F', 'free'],
      ['G', 'gold'],
    ]) {
      await rows.call({
        type: 'identify',
        userId,
        traits: { email: `${userId}@example.com`, plan },
      });
    }
    await expect.poll(() => rows.membersOf('in the scenario'), waiting).toEqual(['F']);
    await page.reload();
    await page.getByText(/2 started/).waitFor();
  },

  'says the property by which calls add and remove, which stays when it is renamed (P-17, P-18)':
    async (rows) => {
      const page = await rows.newAudience('Order Completed Last 30days', 'By events and the API');
      await page.getByText(/add with true and remove with false/).waitFor();
      await page.getByRole('button', { name: 'Save and close' }).click();
      await page.getByRole('heading', { level: 1, name: 'Order Completed Last 30days' }).waitFor();
      await page.getByRole('tab', { name: 'View definition' }).click();
      await page.getByText('order_completed_last_30days').first().waitFor();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).click();
      await page.getByRole('textbox', { name: 'New name' }).fill('Recent orders');
      await page.getByRole('button', { name: 'Rename', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Recent orders' }).waitFor();
      await page.getByText('order_completed_last_30days').first().waitFor();
    },

  'chooses what rows of a model do, and takes out whoever is gone by the id alone (P-15, P-16)':
    async (rows) => {
      await rows.model('by mode', 'nr,email\nX1,x1@example.com\n');
      const page = await rows.site.open('/sources/models/new');
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mirrored');
      await page.getByRole('combobox', { name: 'Source' }).selectOption({ label: 'by mode' });
      await page.getByRole('button', { name: 'Look at ten rows' }).click();
      const mode = page.getByRole('combobox', { name: 'What rows do' });
      expect(await mode.inputValue()).toBe('mirror');
      await page.getByText('use it as External ID', { exact: false }).waitFor();
      for (const [value, words] of [
        ['delete', 'Only rows that are gone count.'],
        ['upsert', 'nobody leaves because a row is gone'],
        ['mirror', 'people whose row is gone leave'],
      ] as const) {
        await mode.selectOption(value);
        await page.getByText(words).waitFor();
      }
      await page.getByRole('button', { name: 'Save model' }).click();
      await page.getByRole('heading', { level: 1, name: 'mirrored' }).waitFor();
      const { data } = await rows.site.desk.owner.GET('/models', {
        params: { query: { name: 'mirrored' } },
      });
      expect(data?.items).toMatchObject([{ mode: 'mirror', idColumn: 'nr' }]);
    },

  'lists who has too little to be matched by, and whose value cannot be used (M-08, M-09, E-06, E-07)':
    async (rows) => {
      const id = await rows.made(
        'all of them',
        { rule: { any: [gold, { trait: 'plan', op: 'equals', value: 'free' }] } },
        true,
      );
      const page = await rows.site.open(`/audiences/${id}`);
      await page.getByText(/1 without consent, 2 without enough identifiers/).waitFor();
      await whyNot(page, 'Z');
      await page.getByText('Belongs, but is not sent: there is not enough to match by.').waitFor();
      await whyNot(page, 'N');
      await page.getByText('Does not belong: they said no to marketing').waitFor();
      await page.goto(`${rows.site.url}/profiles`);
      await page.getByRole('searchbox').first().fill('S');
      await page.getByRole('link', { name: 'S', exact: true }).click();
      await page.getByText(/cannot be used/).waitFor();
    },
};

async function whyNot(page: Page, externalId: string): Promise<void> {
  await page.getByRole('tab', { name: 'Why (not) this person' }).click();
  await page.getByRole('textbox', { name: 'External id' }).fill(externalId);
  await page.getByRole('button', { name: 'Why?' }).click();
  await page.getByRole('status').getByRole('alert').waitFor();
}
