import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fc } from '../support/fast-check.ts';
import { type ApiDesk, openApiDesk } from './_desk.ts';
import { type JsonSchema, valuesOf } from './_schema-values.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header';
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonSchema }> };
  readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
}

interface Named {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const RUNS = 8;

let desk: ApiDesk;
let operations: Named[];
let components: Record<string, JsonSchema>;

beforeAll(async () => {
  desk = await openApiDesk();
  await desk.place.receive('id,email,plan\nA,a@example.com,gold\nB,b@example.com,free\n');
  await desk.place.createAudience('gold', { trait: 'plan', op: 'equals', value: 'gold' });
  const kept = new URL('../../docs/reference/openapi.json', import.meta.url);
  const document = JSON.parse(await readFile(kept, 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, JsonSchema> };
  };
  components = document.components.schemas;
  operations = Object.entries(document.paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
    )
    // A stream of events does not end.
    .filter(({ operation }) => !JSON.stringify(operation.responses).includes('text/event-stream'));
});
afterAll(async () => await desk[Symbol.asyncDispose]());

it('answers whatever the document allows, and whatever it does not, without a fault of its own', async () => {
  const faults: string[] = [];
  for (const named of operations) {
    await fc.assert(
      fc.asyncProperty(requestOf(named), async (request) => {
        const answer = await send(named, request);
        const text = await answer.text();
        const where = `${named.method} ${request.path} ${request.body ?? ''} → ${answer.status}`;
        // Somebody behind us (502) or nobody there (503) is told with a code; 500 is our mistake.
        if (answer.status === 500) faults.push(`${where} ${text}`);
        if (answer.status < 400) return;
        const problem = JSON.parse(text) as { code?: string; next?: string; status?: number };
        if (problem.status !== answer.status || !problem.code || !problem.next) faults.push(where);
      }),
      { numRuns: RUNS },
    );
  }
  expect(faults.slice(0, 20)).toEqual([]);
}, 300_000);

interface Generated {
  readonly path: string;
  readonly body: string | undefined;
}

/** Mostly as the document says; some parts not. */
function requestOf({ path, operation }: Named): fc.Arbitrary<Generated> {
  const parameters = operation.parameters ?? [];
  const valueOf = (schema: JsonSchema) =>
    fc.oneof(
      { weight: 5, arbitrary: valuesOf(schema, components) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    );
  const inPath = fc.tuple(
    ...parameters
      .filter((one) => one.in === 'path')
      .map(({ name, schema }) =>
        fc
          .oneof({ weight: 3, arbitrary: fc.constantFrom('1', '2') }, valueOf(schema))
          .map((value) => [name, String(value)] as const),
      ),
  );
  const inQuery = fc.tuple(
    ...parameters
      .filter((one) => one.in === 'query')
      .map(({ name, schema, required }) =>
        fc
          .option(valueOf(schema).map(String), { nil: undefined, freq: required === true ? 20 : 1 })
          .map((value) => [name, value] as const),
      ),
  );
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          {
            weight: 6,
            arbitrary: valuesOf(schema, components).map((value) => JSON.stringify(value)),
          },
          { weight: 1, arbitrary: fc.json() },
          { weight: 1, arbitrary: fc.string() },
        );
  return fc.record({ inPath, inQuery, body }).map((parts) => {
    const filled = parts.inPath.reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value) || '%20'),
      path,
    );
    const query = new URLSearchParams(
      parts.inQuery.flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
    ).toString();
    return { path: query === '' ? filled : `${filled}?${query}`, body: parts.body };
  });
}

async function send({ method }: Named, { path, body }: Generated): Promise<Response> {
  return await desk.ask(path.replace('/api/v1', ''), {
    method: method.toUpperCase(),
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
}
