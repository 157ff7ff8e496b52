import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type ApiDocument, breakingChanges } from './breaking-changes.ts';
import { openApiDocument } from './openapi.ts';

const thing = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, kind: { enum: ['a', 'b'] } },
};

const before: ApiDocument = {
  paths: {
    '/things': {
      post: {
        operationId: 'makeThing',
        parameters: [{ name: 'dryRun', in: 'query' }],
        requestBody: { content: { 'application/json': { schema: thing } } },
        responses: {
          201: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
        },
      },
    },
  },
  components: { schemas: { Thing: thing } },
};

/** The same with a piece of its JSON replaced. */
function changed(from: string, to: string): string[] {
  const text = JSON.stringify(before);
  expect(text).toContain(from);
  return breakingChanges(before, JSON.parse(text.replaceAll(from, to)) as ApiDocument);
}

it.each([
  ['"/things":', '"/others":{},"/things":'],
  ['{"name":"dryRun","in":"query"}', '{"name":"dryRun","in":"query"},{"name":"more","in":"query"}'],
  ['"properties":{', '"properties":{"size":{"type":"integer"},'],
])('has nothing against what is only added: %s', (from, to) => {
  expect(changed(from, to)).toEqual([]);
});

it.each([
  ['"/things"', '"/stuff"', 'POST /things is gone'],
  ['{"name":"dryRun","in":"query"}', '', 'query dryRun is gone'],
  ['"in":"query"', '"in":"query","required":true', 'query dryRun is needed now'],
  ['"required":["name"]', '"required":["name","kind"]', 'kind is needed now'],
  ['["a","b"]', '["a"]', 'no longer takes b'],
  ['"name":{"type":"string"},', '', '201.name is gone'],
  ['"name":{"type":"string"}', '"name":{"type":"integer"}', 'was string and is integer'],
  ['"makeThing"', '"createThing"', 'has another operationId'],
  ['"201"', '"200"', 'no longer answers 201'],
])('sees %s become %s', (from, to, told) => {
  expect(changed(from, to).join()).toContain(told);
});

it('finds nothing that breaks a client of the document that is kept', async () => {
  const kept = new URL('../docs/reference/openapi.json', import.meta.url);
  const old = JSON.parse(await readFile(kept, 'utf8')) as ApiDocument;
  expect(breakingChanges(old, (await openApiDocument()) as ApiDocument)).toEqual([]);
});
