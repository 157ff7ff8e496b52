import { describe, expect, it } from 'vitest';
import { type CompiledRule, compileRule, type TraitCatalogue } from './compile.ts';
import { parseRule } from './rule.ts';

const catalogue: TraitCatalogue = new Map([
  ['plan', { place: 'traits' }],
  ['Country', { place: 'identifiers', field: 'country' }],
  ['customer_id', { place: 'identifiers', field: 'externalId' }],
]);

const compile = (json: unknown, firstParam = 1): CompiledRule =>
  compileRule(
    parseRule(json),
    { databaseId: 7, traits: catalogue, audiences: new Map([['gold', 5]]) },
    firstParam,
  );
const asked = (op: string, value?: unknown, trait = 'plan'): object =>
  value === undefined ? { trait, op } : { trait, op, value };

/** Reading a cell as a number or a moment is long, and has its own place below. */
const plan = `(p.traits ->> $1::text)`;
const number = `(select case when octet_length(v) <= 100 and v ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?$' then v::numeric end from (select btrim(${plan}) as v offset 0) cell)`;

describe('compileRule', () => {
  it.each<[object, string, unknown[]]>([
    [asked('equals', 'gold'), `(${plan} = $2::text) is true`, ['plan', 'gold']],
    [asked('equals', 5), `(${number} = $2::numeric) is true`, ['plan', '5']],
    [asked('equals', true), `(lower(btrim(${plan})) in ('true', 'yes', '1')) is true`, ['plan']],
    [asked('equals', false), `(lower(btrim(${plan})) in ('false', 'no', '0')) is true`, ['plan']],
    [
      asked('not_equals', 'gold'),
      `((btrim(${plan}) <> '') is true and not (${plan} = $2::text) is true)`,
      ['plan', 'gold'],
    ],
    [asked('less', '5.10'), `(${number} < $2::numeric) is true`, ['plan', '5.10']],
    [asked('at_most', 5), `(${number} <= $2::numeric) is true`, ['plan', '5']],
    [asked('greater', 5), `(${number} > $2::numeric) is true`, ['plan', '5']],
    [asked('at_least', 1e-7), `(${number} >= $2::numeric) is true`, ['plan', '1e-7']],
    [asked('contains', '%'), `(strpos(${plan}, $2::text) > 0) is true`, ['plan', '%']],
    [asked('starts_with', '_'), `(starts_with(${plan}, $2::text)) is true`, ['plan', '_']],
    [
      asked('ends_with', '_'),
      `(right(${plan}, length($2::text)) = $2::text) is true`,
      ['plan', '_'],
    ],
    [asked('in', ['a', 'b']), `(${plan} = any ($2::text[])) is true`, ['plan', ['a', 'b']]],
    [
      asked('in', ['a', 1, 2, false]),
      `(${plan} = $2::text or ${number} = any ($3::numeric[]) or lower(btrim(${plan})) in ('false', 'no', '0')) is true`,
      ['plan', 'a', ['1', '2']],
    ],
    [asked('exists'), `(btrim(${plan}) <> '') is true`, ['plan']],
    [asked('missing'), `not (btrim(${plan}) <> '') is true`, ['plan']],
  ])('compiles %j', (json, sql, params) => {
    expect(compile(json)).toEqual({
      sql,
      params,
      reach: new Set(),
      ...{ eventNames: [], traitNames: ['plan'] },
      ...{ audienceIds: [], syncedAudienceIds: [] },
      unknownTraits: [],
    });
  });

  it.each([
    [asked('less', '2026-03-31'), / < \$(\d+)::timestamp\) is true$/, '2026-03-31'],
    [asked('before', '2026-03-31T18:30Z'), / < \$(\d+)::timestamp\) is true$/, '2026-03-31T18:30Z'],
    [
      asked('after', '2026-03-31T18:30+02'),
      / > \(\$(\d+)::timestamptz at time zone 'UTC'\)\) is true$/,
      '2026-03-31T18:30+02',
    ],
  ])('compiles %j against a moment in UTC', (json, end, value) => {
    const { sql, params, reach } = compile(json);
    const [, number] = end.exec(sql) ?? [];
    expect(params[Number(number) - 1]).toBe(value);
    expect(reach).toEqual(new Set());
    expect(sql).toContain('then v::timestamp');
  });

  it('asks the clock once for all people, and says that the answer depends on it', () => {
    const { sql, params, reach } = compile({ not: asked('within_last', { days: 30 }) });
    expect(reach).toEqual(new Set(['time']));
    expect(sql).toContain(
      `<@ (select tsrange(now - $7::integer * interval '24 hours', now, '(]')` +
        ` from (select muster_now() at time zone 'UTC' as now offset 0) clock)`,
    );
    expect(params[6]).toBe(30);
    expect(compile({ any: [asked('exists'), asked('older_than', { days: 1 })] }).reach).toEqual(
      new Set(['time']),
    );
  });

  it('joins the parts and numbers their parameters from where it is told', () => {
    const rule = { any: [{ all: [asked('exists'), asked('missing')] }, { not: asked('exists') }] };
    const there = `(btrim((p.traits ->> $7::text)) <> '') is true`;
    expect(compile(rule, 7)).toEqual({
      sql: `((${there} and not ${there}) or not ${there})`,
      params: ['plan'],
      reach: new Set(),
      ...{ eventNames: [], traitNames: ['plan'] },
      ...{ audienceIds: [], syncedAudienceIds: [] },
      unknownTraits: [],
    });
  });

  it('shares a parameter only among equal values of one type', () => {
    const { sql, params } = compile({
      any: [asked('equals', 'plan'), asked('equals', 5), asked('equals', '5'), asked('less', 5)],
    });
    expect(params).toEqual(['plan', '5', '5']);
    expect(sql).toContain('= $1::text');
    expect(sql).toContain('= $2::numeric');
    expect(sql).toContain('= $3::text');
    expect(sql).toContain('< $2::numeric');
  });

  it('finds a column under its header though it was mapped to an identifier', () => {
    const country = `(p.identifiers ->> $1::text)`;
    expect(compile(asked('equals', 'DE', 'Country'))).toMatchObject({
      sql:
        `case when jsonb_typeof(p.identifiers -> $1::text) = 'array' then exists` +
        ` (select from jsonb_array_elements_text(p.identifiers -> $1::text) as value(v)` +
        ` where (value.v = $2::text) is true) else (${country} = $2::text) is true end`,
      params: ['country', 'DE'],
    });
    expect(compile(asked('equals', 'a1', 'customer_id'))).toMatchObject({
      sql: '(p.external_id = $1::text) is true',
      params: ['a1'],
    });
  });

  it('takes an unknown trait for missing, and names it once', () => {
    const rule = { all: [asked('equals', 'a', 'Plan'), asked('missing', undefined, 'Plan')] };
    expect(compile(rule)).toMatchObject({ sql: '(false and not false)', unknownTraits: ['Plan'] });
    expect(compile(asked('not_equals', 'a', '__proto__'))).toMatchObject({
      sql: '(false and not false)',
      unknownTraits: ['__proto__'],
    });
  });
});
