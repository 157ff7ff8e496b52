import { fc } from '../support/fast-check.ts';

/** What of JSON Schema our document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const rules = fc.constantFrom(
  { trait: 'plan', op: 'equals', value: 'gold' },
  { all: [{ trait: 'age', op: 'at_least', value: 18 }, { not: { member_of: 'gold' } }] },
  { event: 'Order Completed', count: { at_least: 2 }, within_last: { days: 30 } },
  { trait: 'plan', op: 'nonsense' },
);

/** Values that a schema allows, mostly; never more than a few levels deep. */
export function valuesOf(
  schema: JsonSchema,
  components: Record<string, JsonSchema>,
  depth = 4,
): fc.Arbitrary<unknown> {
  const { $ref, const: only } = schema;
  const within = (part: JsonSchema) => valuesOf(part, components, depth - 1);
  if ($ref !== undefined) return within(components[$ref.split('/').at(-1) ?? ''] ?? {});
  if (only !== undefined) return fc.constant(only);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(within));
  const parts = schema.allOf;
  if (parts !== undefined) {
    return fc.tuple(...parts.map(within)).map((all) => Object.assign({}, ...all) as unknown);
  }
  const types = [schema.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, within, depth)));
}

function ofType(
  type: string,
  schema: JsonSchema,
  within: (part: JsonSchema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const min = schema.minimum ?? -1_000;
      return fc.integer({ min, max: Math.max(min, Math.min(schema.maximum ?? 1_000, 100_000)) });
    }
    case 'array':
      if (schema.items === undefined || depth <= 0) return fc.constant([]);
      return fc.array(within(schema.items), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'object':
      return schema.properties === undefined ? rules : objects(schema, within, depth);
    default:
      return texts(schema);
  }
}

function objects(
  { properties = {}, required = [] }: JsonSchema,
  within: (part: JsonSchema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).filter(([name]) => depth > 0 || required.includes(name));
  const model = Object.fromEntries(known.map(([name, schema]) => [name, within(schema)]));
  return fc.record(model, { requiredKeys: required.filter((name) => name in model) });
}

function texts({
  pattern,
  format,
  minLength = 0,
  maxLength = 30,
}: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (format === 'email') return fc.constantFrom('a@example.com', 'b@example.com');
  if (format === 'uri') return fc.constantFrom('https://example.com/a', 'http://127.0.0.1:1/');
  if (pattern !== undefined && pattern.length < 200) {
    return fc.oneof(fc.constantFrom('1', '2'), fc.stringMatching(new RegExp(pattern)));
  }
  const least = Math.min(minLength, 30);
  return fc.oneof(
    fc.string({
      minLength: least,
      maxLength: Math.max(least, Math.min(maxLength, 30)),
      unit: 'binary',
    }),
    fc.constantFrom('gold', 'A', "'; drop table audience; --", '\u0000', '../../etc/passwd'),
  );
}
