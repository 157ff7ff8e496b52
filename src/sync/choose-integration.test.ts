import { expect, it } from 'vitest';
import type { Integration } from '#store/connections.ts';
import { chooseIntegration } from './choose-integration.ts';

function integration(name: string, database: string): Integration {
  return {
    ...{ id: 1, name, databaseId: 1, database, connectionId: 1, adAccount: 'act_1' },
    ...{
      sandbox: true,
      apiUrl: '',
      enabled: true,
      externalIdAllowed: false,
      requiredConsents: [],
      connection: 'shop',
      appId: null,
      stoppedFor: null,
      connectionStoppedFor: null,
    },
  };
}

const demo = integration('demo', 'demo');
const shop = integration('shop', 'main');
const other = integration('other', 'other');

it.each([
  ['there is none', [], undefined, null],
  ['there is one', [other], undefined, other],
  ['there is one, the demo', [demo], undefined, demo],
  ['there is one beside the demo', [demo, other], undefined, other],
  ['one is for main', [demo, shop, other], undefined, shop],
  ['a database is named', [demo, shop, other], 'other', other],
  ['a database is named that has none', [shop], 'other', null],
])('when %s', (_, all, database, expected) => {
  expect(chooseIntegration(all, database)).toBe(expected);
});

it('does not guess between two of the same database', () => {
  const second = integration('second', 'main');
  expect(() => chooseIntegration([shop, second, demo], undefined)).toThrow(
    '“shop” (database main), “second” (database main), “demo” (database demo)',
  );
});
