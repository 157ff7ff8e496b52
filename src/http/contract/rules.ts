import { z } from '@hono/zod-openapi';
import { apiRoute, id, json } from './route.ts';

/** Docs/rules.md has the whole language; it is checked by the room of the rules, with a place for each slip. */
const rule = z
  .record(z.string(), z.unknown())
  .openapi('Rule', { description: 'A rule: {"all":[…]}, {"trait":…}, {"event":…} …' });

const inDatabase = z.object({ databaseId: id });

const explained = z
  .object({
    rule,
    sentence: z.string().openapi({ description: 'Who belongs, in plain words' }),
    lines: z.array(z.string()).openapi({ description: 'The same as a tree, a line each' }),
    audiences: z.array(z.string()).openapi({ description: 'Audiences that it asks about' }),
  })
  .openapi('ExplainedRule');

export const checkRule = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/rules/check',
  operationId: 'checkRule',
  summary: 'Whether a rule can be asked, and what it says in plain words',
  description: 'A slip is a problem document whose detail names its place, as in `all[1].value`.',
  tag: 'rules',
  access: { role: 'viewer', database: 'database' },
  request: {
    params: inDatabase,
    body: { content: json(z.object({ rule })), required: true },
  },
  responses: { 200: { description: 'The rule, explained', content: json(explained) } },
});

const counts = z.record(z.string(), z.int());

const counted = z
  .object({
    count: z.int(),
    error: z.int().openapi({
      description: 'How far any of the numbers may be off, right 19 times out of 20; 0: exact',
    }),
    people: z.int().openapi({ description: 'Everybody in the database' }),
    lines: z.array(
      z.object({
        line: z.string(),
        count: z.int().openapi({ description: 'Whom the line finds alone' }),
        left: z.int().nullable().openapi({
          description: 'Who is left after it, where all lines have to hold; else null',
        }),
      }),
    ),
    consent: z.object({ yes: z.int(), no: z.int(), unknown: z.int() }),
    coverage: z.object({
      enough: z.int(),
      externalIdOnly: z.int(),
      nothing: z.int(),
      fields: counts,
    }),
    overlap: z.array(z.object({ audience: z.string(), members: z.int(), both: z.int() })),
    samples: z.array(
      z.object({
        externalId: z
          .string()
          .openapi({ description: 'By its shape: letters as a or A, digits as 9' }),
        identifiers: z.record(z.string(), z.string()),
      }),
    ),
  })
  .openapi('CountedRule');

const SAMPLES_MAX = 10;
const OVERLAP_MAX = 10;

export const countRule = apiRoute({
  method: 'post',
  path: '/databases/{databaseId}/rules/count',
  operationId: 'countRule',
  summary:
    'Whom a rule finds: the number, line by line, what there is to match by, and some of them masked',
  tag: 'rules',
  access: { role: 'viewer', database: 'database' },
  request: {
    params: inDatabase,
    body: {
      required: true,
      content: json(
        z.object({
          rule,
          precision: z.enum(['quick', 'exact']).default('quick').openapi({
            description: 'quick: within a second, with the error said where it is an estimate',
          }),
          overlapWith: z.array(z.string().max(500)).max(OVERLAP_MAX).default([]).openapi({
            description: 'Names of audiences',
          }),
          samples: z.int().min(0).max(SAMPLES_MAX).default(0),
        }),
      ),
    },
  },
  responses: { 200: { description: 'What it finds', content: json(counted) } },
});

const vocabulary = z
  .object({
    traits: z.array(
      z.object({
        name: z.string(),
        type: z.enum(['number', 'date', 'boolean', 'text']),
        isList: z.boolean(),
        field: z.string().nullable().openapi({ description: 'The identifier that it feeds' }),
        computed: z.boolean(),
      }),
    ),
    events: z.array(z.string()),
    groupTraits: z
      .array(z.string())
      .openapi({ description: 'Traits of groups that people are in, as `group` asks for them' }),
    audiences: z.array(z.object({ id, name: z.string() })),
    operators: z.array(z.string()),
  })
  .openapi('RuleVocabulary');

export const getRuleVocabulary = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/rules/vocabulary',
  operationId: 'getRuleVocabulary',
  summary: 'What rules of this database can ask about',
  tag: 'rules',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase },
  responses: { 200: { description: 'Names to choose from', content: json(vocabulary) } },
});

export const getEventProperties = apiRoute({
  method: 'get',
  path: '/databases/{databaseId}/rules/event-properties',
  operationId: 'getEventProperties',
  summary: 'Properties that the latest events of a name carried',
  tag: 'rules',
  access: { role: 'viewer', database: 'database' },
  request: { params: inDatabase, query: z.object({ event: z.string().max(500) }) },
  responses: {
    200: {
      description: 'Their names',
      content: json(z.object({ properties: z.array(z.string()) })),
    },
  },
});
