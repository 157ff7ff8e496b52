import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeople, type People } from '../../test/support/people.ts';

const now = '2026-07-15T12:00:00Z';
let people: People;

beforeAll(async () => {
  people = await openPeople(
    new Map([
      ['x', { place: 'traits' }],
      ['y', { place: 'traits' }],
      ['E-Mail', { place: 'identifiers', field: 'email' }],
      ['customer_id', { place: 'identifiers', field: 'externalId' }],
    ]),
    now,
  );
});
afterAll(async () => await people[Symbol.asyncDispose]());

/** Which of these cells, each the x of one person, match; undefined is no cell at all. */
async function among(
  cells: readonly (string | undefined)[],
  op: string,
  value?: unknown,
): Promise<(string | undefined)[]> {
  await people.hold(cells.map((cell) => ({ traits: cell === undefined ? {} : { x: cell } })));
  const leaf = value === undefined ? { trait: 'x', op } : { trait: 'x', op, value };
  const found = await people.matching(leaf);
  const others = await people.matching({ not: leaf });
  // Two-valued: everybody is in exactly one of the two.
  expect([...found, ...others].toSorted((a, b) => a - b)).toEqual([...cells.keys()]);
  return found.map((i) => cells[i]);
}

describe('texts', () => {
  const cells = [
    'gold',
    'Gold',
    ' gold',
    'gold%',
    'marigold',
    'größe',
    'gro\u0308ße',
    '',
    '  ',
    undefined,
  ];

  it('compare exactly as imported', async () => {
    expect(await among(cells, 'equals', 'gold')).toEqual(['gold']);
    expect(await among(cells, 'equals', 'größe')).toEqual(['größe']);
    expect(await among(cells, 'in', ['gold', ' gold', 'silver'])).toEqual(['gold', ' gold']);
    expect(await among(['5', '5.0', ' 5', '05'], 'equals', '5')).toEqual(['5']);
    expect(await among(['true', 'TRUE', '1'], 'equals', 'true')).toEqual(['true']);
  });

  it('are different only where there is one', async () => {
    expect(await among(cells, 'not_equals', 'gold')).toEqual(cells.slice(1, 7));
  });

  it('are searched letter by letter', async () => {
    expect(await among(cells, 'contains', 'gold')).toEqual(['gold', ' gold', 'gold%', 'marigold']);
    expect(await among(cells, 'contains', '%')).toEqual(['gold%']);
    expect(await among(cells, 'contains', 'G_ld')).toEqual([]);
    expect(await among(cells, 'starts_with', 'gold')).toEqual(['gold', 'gold%']);
    expect(await among(cells, 'ends_with', 'gold')).toEqual(['gold', ' gold', 'marigold']);
    expect(await among(cells, 'ends_with', 'ße')).toEqual(['größe', 'gro\u0308ße']);
    expect(await among(cells, 'ends_with', 'xgold')).toEqual([]);
  });

  it('are missing when blank', async () => {
    expect(await among(cells, 'exists')).toEqual(cells.slice(0, 7));
    expect(await among(cells, 'missing')).toEqual(['', '  ', undefined]);
  });
});

describe('numbers', () => {
  const numbers = [
    '5',
    '5.0',
    ' 5 ',
    '-5',
    '0',
    '-0',
    '0.5',
    '12',
    '123456789012345678901234567890',
  ];
  const others = [
    '05',
    '+5',
    '.5',
    '5.',
    '5e0',
    '5,0',
    '5 EUR',
    '1-5',
    '--5',
    '-',
    '.',
    '5.0.0',
    '٥',
    'NaN',
    'Infinity',
    '0x5',
    '5_0',
    '5\n',
    '\u00a05',
    '5\t',
    '',
    undefined,
  ];

  it('compare by amount, and only with plain numbers', async () => {
    const all = [...numbers, ...others];
    expect(await among(all, 'equals', 5)).toEqual(['5', '5.0', ' 5 ']);
    expect(await among(all, 'equals', 0)).toEqual(['0', '-0']);
    expect(await among(all, 'in', [5, 12, '05'])).toEqual(['5', '5.0', ' 5 ', '12', '05']);
    expect(await among(all, 'less', 5)).toEqual(['-5', '0', '-0', '0.5']);
    expect(await among(all, 'at_most', '5')).toEqual(['5', '5.0', ' 5 ', '-5', '0', '-0', '0.5']);
    expect(await among(all, 'greater', 0.4)).toEqual([
      '5',
      '5.0',
      ' 5 ',
      '0.5',
      '12',
      '123456789012345678901234567890',
    ]);
    expect(await among(all, 'at_least', -5)).toEqual(numbers);
    expect(await among(['2', '10', '9'], 'less', '10')).toEqual(['2', '9']);
  });

  it('are exact where a double is not', async () => {
    const near = ['0.1', '0.10000000000000001', '9007199254740993', '9007199254740992'];
    expect(await among(near, 'equals', 0.1)).toEqual(['0.1']);
    expect(await among(near, 'greater', '9007199254740992')).toEqual(['9007199254740993']);
    expect(await among(['0.0000001'], 'equals', 1e-7)).toEqual(['0.0000001']);
  });

  it('are different from whatever else there is', async () => {
    expect(await among(['5', '5.0', '6', 'five', '', undefined], 'not_equals', 5)).toEqual([
      '6',
      'five',
    ]);
  });

  it('never fail, whatever length they have', async () => {
    const long = [
      '9'.repeat(100),
      '9'.repeat(101),
      '9'.repeat(131_072),
      `0.${'0'.repeat(20_000)}1`,
      ' '.repeat(131_071) + '7',
    ];
    expect(await among(long, 'greater', 0)).toEqual([long[0], long[4]]);
  });
});

describe('yes and no', () => {
  it('are the words of the contract, in any case', async () => {
    const cells = [
      'true',
      'TRUE',
      'Yes',
      ' yes ',
      '1',
      'false',
      'No',
      '0',
      'y',
      'on',
      '1.0',
      'ja',
      '',
      undefined,
    ];
    expect(await among(cells, 'equals', true)).toEqual(cells.slice(0, 5));
    expect(await among(cells, 'equals', false)).toEqual(['false', 'No', '0']);
    expect(await among(cells, 'not_equals', true)).toEqual(cells.slice(5, 12));
    expect(await among(cells, 'in', [true, 'ja', 0])).toEqual([...cells.slice(0, 5), '0', 'ja']);
  });
});

describe('dates', () => {
  const real = [
    '2026-03-31',
    ' 2026-03-31 ',
    '2026-03-31T00:00',
    '2026-03-31 00:00:00',
    '2026-03-31T00:00:00Z',
    '2026-03-31T00:00:00.000Z',
    '2026-03-31 00:00:00.000000+00',
    '2026-03-31T02:00+02:00',
    '2026-03-30T19:00:00-0500',
    '2026-03-31T05:30:00.0+05:30',
  ];
  const earlier = [
    '2026-03-30',
    '2026-03-30T23:59:59.999999Z',
    '2026-03-31T00:00:00+00:01',
    '2024-02-29',
    '2000-02-29',
    '0001-01-01',
    '1969-12-31 23:59',
  ];
  const later = [
    '2026-04-01',
    '2026-03-31T00:00:00.000001',
    '2026-03-30T23:00-14:00',
    '9999-12-31T23:59:59Z',
  ];
  const none = [
    '2026-02-29',
    '2026-02-31',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '0000-01-01',
    '0000-02-29',
    '2026-03-31T24:00',
    '2026-03-31T10:60',
    '2026-03-31T10:00:60',
    '2026-03-31T10',
    '2026-03-31T10:00:00.',
    '2026-03-31T10:00:00.Z',
    '2026-03-31T10:00:00.1.2',
    '2026-03-31T10:00:001',
    '2026-03-31Z',
    '2026-03-31+02:00',
    '2026-03-31T10:00+15:00',
    '2026-03-31T10:00+02:60',
    '2026-03-31T10:00 UTC',
    '2026-03-31t10:00',
    '2026-03-31T10:00z',
    '2026-3-31',
    '26-03-31',
    '20260331',
    '31.03.2026',
    '03/31/2026',
    '2026-03-31 x',
    '2026-03-31T10:00:00.0000000000000000000',
    '２０２６-03-31',
    'now',
    'today',
    'infinity',
    'epoch',
    '1774915200',
    '',
    undefined,
  ];
  const all = [...real, ...earlier, ...later, ...none];

  it('compare as moments in UTC, and never fail on what is none', async () => {
    expect(await among(all, 'before', '2026-03-31')).toEqual(earlier);
    expect(await among(all, 'less', '2026-03-31T00:00Z')).toEqual(earlier);
    expect(await among(all, 'at_most', '2026-03-31T02:00+02')).toEqual([...real, ...earlier]);
    expect(await among(all, 'after', '2026-03-31')).toEqual(later);
    expect(await among(all, 'greater', '2026-03-30T19:00-05:00')).toEqual(later);
    expect(await among(all, 'at_least', '2026-03-31 00:00:00.000')).toEqual([...real, ...later]);
    expect(await among(all, 'at_least', '0001-01-01')).toEqual([...real, ...earlier, ...later]);
  });

  it('do not compare with numbers', async () => {
    expect(await among(all, 'greater', 0)).toEqual(['20260331', '1774915200']);
  });

  it('are within the last days from just after that long ago until now', async () => {
    const edges = [
      '2026-06-15T12:00:00Z',
      '2026-06-15T12:00:00.000001Z',
      '2026-06-16',
      '2026-06-15',
      '2026-07-15T12:00:00Z',
      '2026-07-15T14:00+02:00',
      '2026-07-15T12:00:00.000001Z',
      '2026-07-16',
      '2027-01-01',
    ];
    expect(await among(edges, 'within_last', { days: 30 })).toEqual([
      '2026-06-15T12:00:00.000001Z',
      '2026-06-16',
      '2026-07-15T12:00:00Z',
      '2026-07-15T14:00+02:00',
    ]);
    expect(await among(edges, 'older_than', { days: 30 })).toEqual([
      '2026-06-15T12:00:00Z',
      '2026-06-15',
    ]);
    expect(await among(['2026-02-31', 'never', undefined], 'older_than', { days: 1 })).toEqual([]);
  });

  it('count days of 24 hours, also where clocks are put forward', async () => {
    // 8 March 2026 has 23 hours in America/St_Johns, the zone of this session.
    await people.client.query(`select set_config('muster.now', '2026-03-08T12:00:00Z', false)`);
    const edges = ['2026-03-07T12:00:00Z', '2026-03-07T12:00:01Z'];
    expect(await among(edges, 'older_than', { days: 1 })).toEqual([edges[0]]);
    expect(await among(edges, 'within_last', { days: 1 })).toEqual([edges[1]]);
    await people.client.query(`select set_config('muster.now', $1, false)`, [now]);
  });
});

describe('places', () => {
  it('looks into identifiers, where one of several values is enough', async () => {
    await people.hold([
      { identifiers: { email: 'ada@example.com' } },
      { identifiers: { email: ['bea@example.com', 'ada@example.com'] } },
      { identifiers: { email: ['bea@example.com'] } },
      { identifiers: { phone: 'ada@example.com' }, traits: { 'E-Mail': 'ada@example.com' } },
      { identifiers: { email: [] } },
    ]);
    const ask = async (op: string, value?: string): Promise<number[]> =>
      await people.matching(
        value === undefined ? { trait: 'E-Mail', op } : { trait: 'E-Mail', op, value },
      );
    expect(await ask('equals', 'ada@example.com')).toEqual([0, 1]);
    expect(await ask('not_equals', 'ada@example.com')).toEqual([2]);
    expect(await ask('starts_with', 'bea')).toEqual([1, 2]);
    expect(await ask('exists')).toEqual([0, 1, 2]);
    expect(await ask('missing')).toEqual([3, 4]);
  });

  it('knows the External ID by the header of its column', async () => {
    await people.hold([{ externalId: '7' }, { externalId: '07' }]);
    expect(await people.matching({ trait: 'customer_id', op: 'in', value: ['7', '8'] })).toEqual([
      0,
    ]);
    expect(await people.matching({ trait: 'customer_id', op: 'exists' })).toEqual([0, 1]);
  });

  it('reads values that came as JSON numbers or true the same way', async () => {
    await people.hold([{ traits: { x: 5 } }, { traits: { x: true } }, { traits: { x: null } }]);
    expect(await people.matching({ trait: 'x', op: 'equals', value: 5 })).toEqual([0]);
    expect(await people.matching({ trait: 'x', op: 'equals', value: true })).toEqual([1]);
    expect(await people.matching({ trait: 'x', op: 'missing' })).toEqual([2]);
  });

  it('takes a trait that no file has brought for missing', async () => {
    await people.hold([{ traits: { nobody: 'a' } }]);
    const ask = async (op: string, value?: unknown): Promise<number[]> =>
      await people.matching(
        value === undefined ? { trait: 'nobody', op } : { trait: 'nobody', op, value },
      );
    for (const op of ['equals', 'not_equals', 'contains', 'starts_with', 'ends_with']) {
      expect(await ask(op, 'a')).toEqual([]);
    }
    for (const op of ['less', 'at_most', 'greater', 'at_least', 'before', 'after']) {
      expect(await ask(op, '2026-03-31')).toEqual([]);
    }
    expect(await ask('in', ['a', 1, true])).toEqual([]);
    expect(await ask('within_last', { days: 1 })).toEqual([]);
    expect(await ask('older_than', { days: 1 })).toEqual([]);
    expect(await ask('exists')).toEqual([]);
    expect(await ask('missing')).toEqual([0]);
  });
});

describe('groups', () => {
  it('need all, any or none', async () => {
    await people.hold([
      { traits: { x: '1', y: '1' } },
      { traits: { x: '1' } },
      { traits: { y: '1' } },
      {},
    ]);
    const [x, y] = ['x', 'y'].map((trait) => ({ trait, op: 'equals', value: 1 }));
    expect(await people.matching({ all: [x, y] })).toEqual([0]);
    expect(await people.matching({ any: [x, y] })).toEqual([0, 1, 2]);
    expect(await people.matching({ not: { any: [x, y] } })).toEqual([3]);
    expect(await people.matching({ not: { all: [x, y] } })).toEqual([1, 2, 3]);
    expect(
      await people.matching({ any: [{ all: [x, { not: y }] }, { all: [{ not: x }, y] }] }),
    ).toEqual([1, 2]);
    expect(await people.matching({ all: [{ any: [x, y] }, { not: { all: [x, y] } }] })).toEqual([
      1, 2,
    ]);
  });

  it('may be as large as a rule may be', async () => {
    await people.hold([{ traits: { x: '2026-01-01' } }, { traits: { x: 'no' } }]);
    const leaves = Array.from({ length: 500 }, (_, i) => ({
      trait: 'x',
      op: 'older_than',
      value: { days: i + 1000 },
    }));
    leaves[499] = { trait: 'x', op: 'older_than', value: { days: 10 } };
    expect(await people.matching({ any: leaves })).toEqual([0]);
    const list = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? `${i}` : i));
    expect(
      await people.matching({ trait: 'x', op: 'in', value: [...list.slice(1), 'no'] }),
    ).toEqual([1]);
  });
});
