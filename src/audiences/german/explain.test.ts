import { describe, expect, it } from 'vitest';
import { explainRule, explainTree } from '../explain.ts';
import { parseRule } from '../rule.ts';

const is = (op: string, value?: unknown): object =>
  value === undefined ? { trait: 'plan', op } : { trait: 'plan', op, value };
const gold = is('equals', 'gold');
const lapsed = { trait: 'last_order', op: 'older_than', value: { days: 180 } };
const sentence = (json: unknown): string => explainRule(parseRule(json), 'de');
const line = (json: unknown): string | undefined => explainTree(parseRule(json), 'de')[0];

describe('each operator', () => {
  it.each([
    [gold, '"gold" ist', 'nicht "gold" ist (oder fehlt)', 'ist "gold"'],
    [is('equals', true), 'wahr ist', 'nicht wahr ist (oder fehlt)', 'ist wahr'],
    [
      is('not_equals', 'gold'),
      ...(['etwas anderes als "gold" ist', '"gold" ist (oder fehlt)'] as const),
      'ist etwas anderes als "gold"',
    ],
    [
      is('in', ['a', 5, false]),
      '"a", 5 oder falsch ist',
      'nicht "a", 5 oder falsch ist (oder fehlt)',
      'ist "a", 5 oder falsch',
    ],
    [
      is('not_in', ['a', 5]),
      'etwas anderes als "a" oder 5 ist',
      '"a" oder 5 ist (oder fehlt)',
      'ist etwas anderes als "a" oder 5',
    ],
    [
      is('less', 5),
      'weniger als 5 ist',
      'nicht weniger als 5 ist (oder fehlt oder keine Zahl ist)',
      'ist weniger als 5',
    ],
    [
      is('before', '2026-03-31'),
      'vor 2026-03-31 liegt',
      'nicht vor 2026-03-31 liegt (oder fehlt oder kein Datum ist)',
      'liegt vor 2026-03-31',
    ],
    [
      is('greater', '5.5'),
      'mehr als 5.5 ist',
      'nicht mehr als 5.5 ist (oder fehlt oder keine Zahl ist)',
      'ist mehr als 5.5',
    ],
    [
      is('after', '2026-03-31'),
      'nach 2026-03-31 liegt',
      'nicht nach 2026-03-31 liegt (oder fehlt oder kein Datum ist)',
      'liegt nach 2026-03-31',
    ],
    [
      is('at_most', 5),
      'höchstens 5 ist',
      'nicht höchstens 5 ist (oder fehlt oder keine Zahl ist)',
      'ist höchstens 5',
    ],
    [
      is('at_least', '2026-03-31'),
      'am 2026-03-31 oder später liegt',
      'nicht am 2026-03-31 oder später liegt (oder fehlt oder kein Datum ist)',
      'liegt am 2026-03-31 oder später',
    ],
    [
      is('between', [1, '2.5']),
      'im Bereich von 1 bis 2.5 liegt',
      'nicht im Bereich von 1 bis 2.5 liegt (oder fehlt oder keine Zahl ist)',
      'liegt im Bereich von 1 bis 2.5',
    ],
    [is('contains', 'o'), '"o" enthält', '"o" nicht enthält (oder fehlt)', 'enthält "o"'],
    [
      is('not_contains', 'o'),
      'bekannt ist und "o" nicht enthält',
      '"o" enthält (oder fehlt)',
      'ist bekannt und enthält nicht "o"',
    ],
    [
      is('starts_with', 'o'),
      'mit "o" beginnt',
      'nicht mit "o" beginnt (oder fehlt)',
      'beginnt mit "o"',
    ],
    [
      is('ends_with', ['a', 'b']),
      'auf "a" oder "b" endet',
      'nicht auf "a" oder "b" endet (oder fehlt)',
      'endet auf "a" oder "b"',
    ],
    [
      is('within_last', { days: 30 }),
      'höchstens 30 Tage zurück liegt',
      'nicht höchstens 30 Tage zurück liegt (oder fehlt oder kein Datum ist)',
      'liegt höchstens 30 Tage zurück',
    ],
    [
      is('older_than', { days: 1 }),
      'mehr als 1 Tag zurück liegt',
      'nicht mehr als 1 Tag zurück liegt (oder fehlt oder kein Datum ist)',
      'liegt mehr als 1 Tag zurück',
    ],
    [
      is('within_next', { hours: 1 }),
      'höchstens 1 Stunde in der Zukunft liegt',
      'nicht höchstens 1 Stunde in der Zukunft liegt (oder fehlt oder kein Datum ist)',
      'liegt höchstens 1 Stunde in der Zukunft',
    ],
    [
      is('beyond_next', { minutes: 90 }),
      'mehr als 90 Minuten in der Zukunft liegt',
      'nicht mehr als 90 Minuten in der Zukunft liegt (oder fehlt oder kein Datum ist)',
      'liegt mehr als 90 Minuten in der Zukunft',
    ],
    [is('exists'), 'bekannt ist', 'fehlt', 'ist bekannt'],
    [is('missing'), 'fehlt', 'bekannt ist', 'fehlt'],
  ])('says %j, its opposite, and its line', (json, yes, no, drawn) => {
    expect(sentence(json)).toBe(`Personen, deren plan ${yes}`);
    expect(sentence({ not: json })).toBe(`Personen, deren plan ${no}`);
    expect(line(json)).toBe(`plan ${drawn}`);
  });
});

describe('each kind', () => {
  it.each([
    [
      { all: [gold, lapsed] },
      'deren plan "gold" ist und deren last order mehr als 180 Tage zurück liegt',
      'die nicht zu denen gehören, deren plan "gold" ist und deren last order mehr als 180 Tage zurück liegt',
      'alles davon',
    ],
    [
      { any: [gold, { all: [gold, lapsed] }] },
      'deren plan "gold" ist oder (deren plan "gold" ist und deren last order mehr als 180 Tage zurück liegt)',
      'die nicht zu denen gehören, deren plan "gold" ist oder (deren plan "gold" ist und deren last order mehr als 180 Tage zurück liegt)',
      'mindestens eines davon',
    ],
    [
      { group: 'plan', op: 'equals', value: 'gold' },
      `deren Gruppen-Merkmal plan "gold" ist`,
      `deren Gruppen-Merkmal plan nicht "gold" ist (oder fehlt)`,
      `Gruppen-Merkmal plan ist "gold"`,
    ],
    [{ member_of: 'vip' }, 'die in "vip" sind', 'die nicht in "vip" sind', 'in "vip"'],
    [
      { synchronized_in: 'vip' },
      'die synchronisiert in "vip" sind',
      'die nicht synchronisiert in "vip" sind',
      'synchronisiert in "vip"',
    ],
    [
      { not_synchronized_in: 'vip' },
      'die in "vip" sind, aber dort nicht synchronisiert',
      'die nicht in "vip" oder dort synchronisiert sind',
      'in "vip", aber dort nicht synchronisiert',
    ],
    [
      { consent: 'unknown' },
      'deren Einwilligung unbekannt ist',
      'deren Einwilligung nicht unbekannt ist',
      'Einwilligung ist unbekannt',
    ],
    [
      { sample: { percent: 12.5, seed: 'spring' } },
      'die zu den 12,5 % gehören, die "spring" zieht',
      'die nicht zu den 12,5 % gehören, die "spring" zieht',
      'unter den 12,5 %, die "spring" zieht',
    ],
    [
      { event: 'Order Completed' },
      'die Folgendes getan haben: "Order Completed"',
      'die Folgendes nicht getan haben: "Order Completed"',
      'getan: "Order Completed"',
    ],
    [
      { include: gold, limit: { percent: 10 } },
      'deren plan "gold" ist, höchstens 10 % davon',
      'die nicht zu denen gehören, deren plan "gold" ist, höchstens 10 % davon',
      'dabei, höchstens 10 % davon',
    ],
  ])('says %j, its opposite, and its line', (json, yes, no, drawn) => {
    expect(sentence(json)).toBe(`Personen, ${yes}`);
    expect(sentence({ not: json })).toBe(`Personen, ${no}`);
    expect(line(json)).toBe(drawn);
  });

  it('says what people did, how often and when', () => {
    expect(
      sentence({
        event: 'Order Completed',
        where: {
          all: [
            { property: 'total', op: 'at_least', value: 50 },
            { not: { property: 'gift', op: 'exists' } },
          ],
        },
        within_last: { days: 30 },
        count: { at_least: 2, at_most: 5 },
        sum: { property: 'total', greater: 1200 },
        last: { older_than: { hours: 1 } },
        followed_by: { event: 'Refund', within: { days: 7 } },
      }),
    ).toBe(
      'Personen, die Folgendes getan haben: "Order Completed" (deren total mindestens 50 ist und deren gift fehlt)' +
        ' und danach "Refund", höchstens 7 Tage später, höchstens 30 Tage her, mindestens 2 und höchstens 5 Mal,' +
        ' Summe von "total": mehr als 1.200, das letzte Mal mehr als 1 Stunde her',
    );
  });

  it('says who is chosen, left out and cut', () => {
    const limit = { count: 1000, by: { trait: 'total', order: 'desc' } };
    expect(sentence({ include: gold, exclude: { member_of: 'staff' }, invert: true, limit })).toBe(
      'Personen, (die nicht zu denen gehören, deren plan "gold" ist, aber nicht Personen, die in "staff" sind),' +
        ' höchstens 1.000 davon, die mit dem höchsten "total" zuerst',
    );
    expect(line({ include: gold, exclude: gold, invert: true })).toBe(
      'das Erste dabei, das Zweite nicht, umgekehrt',
    );
  });

  it('draws the tree', () => {
    expect(explainTree(parseRule({ all: [gold, { not: lapsed }] }), 'de')).toEqual([
      'alles davon',
      '├─ plan ist "gold"',
      '└─ nicht',
      '   └─ last order liegt mehr als 180 Tage zurück',
    ]);
  });

  it('stays short however long the rule is', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => i);
    expect(sentence(is('in', ids))).toBe(
      'Personen, deren plan 0, 1, 2, 3, 4 oder einer von 9.995 weiteren ist',
    );
  });
});
