import { fc } from '../../test/support/fast-check.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsentRule, consentVerdict, type Said } from '#domain/consent.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { refusalOf, ruleParam } from './consent-rule.ts';
import { openStore, type Store } from './db.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let store: Store;

beforeAll(async () => {
  database = await testDatabase();
  store = openStore({ url: database.url });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

async function verdicts(said: readonly Said[], rule: ConsentRule): Promise<(string | null)[]> {
  const rows = await store.query<{ refusal: string | null }>(
    `select ${refusalOf('p', '$1')} as refusal
     from rows from (jsonb_to_recordset($2) as (consent boolean, consents jsonb))
       with ordinality p (consent, consents, place)
     order by p.place`,
    [ruleParam(rule), JSON.stringify(said)],
  );
  return rows.map(({ refusal }) => refusal);
}

const categories = ['newsletter', 'Newsletter', 'sale_sharing', 'marketing', '__proto__', 'given'];
const one = fc.record({
  given: fc.boolean(),
  direct: fc.constantFrom(true, undefined),
  basis: fc.constantFrom('contract', undefined),
});
const consents = fc.option(fc.dictionary(fc.constantFrom(...categories), one));
const person = fc.record({ consent: fc.option(fc.boolean()), consents });
const rule = fc.record({
  unknownPasses: fc.boolean(),
  required: fc.uniqueArray(fc.constantFrom(...categories)),
});

describe('the verdict on consent', () => {
  it('is the same in SQL and as a function', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 40 }),
        rule,
        async (people, asked) => {
          const said = people as unknown as Said[];
          expect(await verdicts(said, asked)).toEqual(
            said.map((one) => consentVerdict(one, asked)),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  const none: ConsentRule = { unknownPasses: true, required: [] };
  const asks: ConsentRule = { unknownPasses: true, required: ['newsletter'] };
  const newsletter = (given: boolean) => ({ newsletter: { given } });
  it.each([
    [{ consent: true, consents: null }, none, null],
    [{ consent: null, consents: null }, none, null],
    [{ consent: null, consents: null }, { ...none, unknownPasses: false }, 'unknown'],
    [{ consent: false, consents: newsletter(true) }, asks, 'no'],
    [{ consent: true, consents: null }, asks, 'category'],
    [{ consent: true, consents: newsletter(false) }, asks, 'category'],
    [{ consent: true, consents: newsletter(true) }, asks, null],
    [{ consent: true, consents: newsletter(false) }, none, null],
    [{ consent: true, consents: { sale_sharing: { given: false } } }, none, 'saleSharing'],
    [{ consent: true, consents: { sale_sharing: { given: true } } }, none, null],
  ] as const)('%j under %j is %s', async (said, asked, expected) => {
    expect(consentVerdict(said, asked)).toBe(expected);
    expect(await verdicts([said], asked)).toEqual([expected]);
  });
});
