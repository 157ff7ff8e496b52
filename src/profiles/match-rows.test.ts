import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import { unpackRow } from '#domain/match-row.ts';
import type { Chosen } from '#identifiers/setting.ts';
import { matchRowMaker } from './match-rows.ts';
import { settingOf } from './row-version.ts';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

function make(raw: RawIdentifiers, country: string | null = null, normalising: Chosen = {}) {
  const made = matchRowMaker(settingOf({ defaultCountry: country, normalising }, 2026))(raw);
  return { ...made, cells: made.rows.map(({ cells }) => unpackRow(cells)) };
}

describe('match rows', () => {
  it('have the hash of each normal form, and External ID as it is', () => {
    const { cells, sufficiency, problems } = make({
      externalId: 'C-1 ',
      email: ' Mary@Example.com ',
      phone: '(0171) 123 4567',
      'name.first': 'MARY',
      birthDate: '1990-05-07',
      city: 'München',
      country: 'Germany',
    });
    expect(problems).toEqual([]);
    expect(sufficiency).toBe(2);
    expect(cells).toEqual([
      {
        EXTERN_ID: 'C-1 ',
        EMAIL: hex('mary@example.com'),
        PHONE: hex('491711234567'),
        DOBY: hex('1990'),
        DOBM: hex('05'),
        DOBD: hex('07'),
        LN: '',
        FN: hex('mary'),
        FI: '',
        GEN: '',
        CT: hex('munchen'),
        ST: '',
        ZIP: '',
        COUNTRY: hex('de'),
        MADID: '',
      },
    ]);
  });

  it('use the default country for phones and never send it', () => {
    const { cells } = make({ externalId: '1', phone: '0171 1234567' }, 'DE');
    expect(cells[0]).toMatchObject({ PHONE: hex('491711234567'), COUNTRY: '' });
  });

  it('are as many as there are e-mails; a single phone stands in each', () => {
    const { cells } = make({
      externalId: '1',
      email: ['a@example.com', 'B@example.com', 'a@EXAMPLE.com'],
      phone: '+49 171 1234567',
    });
    expect(cells.map(({ EMAIL, PHONE }) => [EMAIL, PHONE])).toEqual([
      [hex('a@example.com'), hex('491711234567')],
      [hex('b@example.com'), hex('491711234567')],
    ]);
  });

  it.each<[Chosen, string[]]>([
    [{}, ['a', 'b', 'c']],
    [{ emails: 'first' }, ['a']],
    [{ emails: 'last' }, ['d']],
    [{ phones: 'last' }, ['a', 'b', 'c']],
  ])('take of several e-mails those that the database says: %j', (chosen, names) => {
    // What cannot be used is none of them, and neither is a repeat.
    const email = ['nobody', 'a@x.org', 'A@x.org', 'b@x.org', 'c@x.org', 'd@x.org'];
    const { cells } = make({ externalId: '1', email }, null, chosen);
    expect(cells.map(({ EMAIL }) => EMAIL)).toEqual(names.map((name) => hex(`${name}@x.org`)));
  });

  it.each<[RawIdentifiers, string | null, boolean]>([
    [{ state: 'California', country: 'US' }, null, true],
    [{ state: 'CA' }, 'US', true],
    [{ state: 'california' }, null, true],
    [{ zip: '94035-1234', country: 'US' }, null, true],
    [{ zip: '96150' }, 'US', true],
    [{ zip: '96201', country: 'US' }, null, false],
    [{ zip: '94035' }, 'DE', false],
    [{ state: 'NY', zip: '94035', country: 'US' }, null, false],
    [{ state: 'CA', country: 'IT' }, 'US', false],
    [{ state: 'CA', country: 'US', dataProcessingOptions: 'no' }, null, false],
    [{}, 'US', false],
  ])(
    'ask for Limited Data Use for people in California: %j, in %s: %s',
    (place, country, limited) => {
      const raw = { externalId: '1', email: 'a@x.org', ...place };
      const ofKeys = (chosen: Chosen) => {
        const [row] = make(raw, country, chosen).cells;
        return (['', '_COUNTRY', '_STATE'] as const).map(
          (end) => row?.[`DATA_PROCESSING_OPTIONS${end}`] ?? '',
        );
      };
      const said = place.dataProcessingOptions === undefined ? '' : '[]';
      const asked = limited ? ['["LDU"]', '1', '1000'] : [said, '', ''];
      expect(ofKeys({ limitedDataUse: 'californians' })).toEqual(asked);
      expect(ofKeys({})).toEqual([said, '', '']);
    },
  );

  it('name what could not be used and send the rest', () => {
    const { cells, problems } = make({ externalId: '1', email: 'a@example.com', phone: '000000' });
    expect(problems.map(({ key }) => key)).toEqual(['PHONE']);
    expect(cells[0]).toMatchObject({ EMAIL: hex('a@example.com'), PHONE: '' });
  });

  it.each<[string, RawIdentifiers, number]>([
    ['External ID alone', { externalId: '1' }, 1],
    ['a zip alone', { externalId: '1', zip: '10115', country: 'DE' }, 1],
    ['names and zip', { externalId: '1', 'name.first': 'a', 'name.last': 'b', zip: '10115' }, 2],
    ['a phone', { externalId: '1', phone: '+491711234567' }, 2],
  ])('%s: sufficiency', (_, raw, sufficiency) => {
    expect(make(raw).sufficiency).toBe(sufficiency);
  });

  it('pass on what is hashed already, in lower case', () => {
    const { cells } = make({ externalId: '1', email: hex('mary@example.com').toUpperCase() });
    expect(cells[0]?.EMAIL).toBe(hex('mary@example.com'));
  });

  it('are the same whether a value was seen before or not', () => {
    const maker = matchRowMaker(settingOf({ defaultCountry: null, normalising: {} }, 2026));
    const raw = { externalId: '1', 'name.first': 'Zoë-Marie', zip: '94035-1234', country: 'US' };
    expect(maker(raw).rows[0]?.cells).toEqual(maker(raw).rows[0]?.cells);
    const german = maker({ ...raw, country: 'DE' }).rows[0]?.cells;
    expect(unpackRow(german ?? new Uint8Array(4)).ZIP).not.toBe(
      unpackRow(maker(raw).rows[0]?.cells ?? new Uint8Array(4)).ZIP,
    );
  });
});
