import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

const definition = z.record(z.string(), z.unknown()).openapi({
  description: 'As docs/guide/automations.md describes it',
});

const state = z.enum(['draft', 'active', 'stopped']);

const scenario = z
  .object({
    id,
    databaseId: id,
    name: z.string().nullable().openapi({ description: 'null: the automation of an audience' }),
    audienceId: id.nullable(),
    audience: z.string().nullable(),
    state,
    createdAt: moment,
    activatedAt: moment.nullable(),
    definition,
    start: z.string().openapi({ description: 'Who starts, in words' }),
    steps: z.array(z.string()).openapi({ description: 'What happens to them, a line a step' }),
    people: z.object({
      started: z.int(),
      underWay: z.int(),
      ended: z.int(),
      onStep: z.array(z.object({ step: z.int(), people: z.int() })).openapi({
        description: 'Who waits before which step, counted from 1',
      }),
    }),
  })
  .openapi('Scenario');

const inScenario = z.object({ scenarioId: id });

export const listScenarios = apiRoute({
  method: 'get',
  path: '/scenarios',
  operationId: 'listScenarios',
  summary: 'Scenarios, or the automations of audiences, and where people are on them',
  tag: 'scenarios',
  access: { role: 'viewer', database: 'handler' },
  request: {
    query: pageQuery('name', 'createdAt', 'state').extend({
      kind: z.enum(['scenario', 'automation']).default('scenario'),
      name: z.string().max(500).optional(),
      databaseId: id.optional(),
    }),
  },
  responses: { 200: { description: 'A page of them', content: json(pageOf(scenario)) } },
});

export const getScenario = apiRoute({
  method: 'get',
  path: '/scenarios/{scenarioId}',
  operationId: 'getScenario',
  summary: 'One scenario or automation',
  tag: 'scenarios',
  access: { role: 'viewer', database: 'scenario' },
  request: { params: inScenario },
  responses: { 200: { description: 'The scenario', content: json(scenario) } },
});

export const getAutomation = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/automation',
  operationId: 'getAutomation',
  summary: 'The automation that fills an audience',
  tag: 'scenarios',
  access: { role: 'viewer', database: 'audience' },
  request: { params: inAudience },
  responses: { 200: { description: 'The automation', content: json(scenario) } },
});

export const checkScenario = apiRoute({
  method: 'post',
  path: '/scenarios/check',
  operationId: 'checkScenario',
  summary: 'What a scenario would do, in words, or what is wrong with it',
  tag: 'scenarios',
  access: { role: 'viewer' },
  request: { body: { required: true, content: json(z.object({ definition })) } },
  responses: {
    200: {
      description: 'It is valid',
      content: json(z.object({ start: z.string(), steps: z.array(z.string()) })),
    },
  },
});

export const createScenario = apiRoute({
  method: 'post',
  path: '/scenarios',
  operationId: 'createScenario',
  summary: 'Make a scenario; it is off until it is activated',
  tag: 'scenarios',
  access: { role: 'editor', database: 'handler' },
  request: {
    body: {
      required: true,
      content: json(
        z.object({ name: z.string().trim().min(1).max(200), databaseId: id, definition }),
      ),
    },
  },
  responses: { 201: { description: 'The scenario', content: json(scenario) } },
});

export const switchScenario = apiRoute({
  method: 'post',
  path: '/scenarios/{scenarioId}/switch',
  operationId: 'switchScenario',
  summary: 'Switch a scenario or an automation on or off; whoever is on the way waits',
  tag: 'scenarios',
  access: { role: 'editor', database: 'scenario' },
  request: {
    params: inScenario,
    body: { required: true, content: json(z.object({ state: z.enum(['active', 'stopped']) })) },
  },
  responses: { 200: { description: 'The scenario', content: json(scenario) } },
});

export const removeScenario = apiRoute({
  method: 'delete',
  path: '/scenarios/{scenarioId}',
  operationId: 'removeScenario',
  summary: 'Take a scenario away; who was put into audiences stays there',
  tag: 'scenarios',
  access: { role: 'editor', database: 'scenario' },
  request: { params: inScenario },
  responses: { 204: { description: 'Gone' } },
});

export const startScenario = apiRoute({
  method: 'post',
  path: '/scenarios/{scenarioId}/start',
  operationId: 'startScenario',
  summary: 'Start people on it by name, or whom a rule finds; how often they may is kept to',
  tag: 'scenarios',
  access: { role: 'editor', database: 'scenario' },
  request: {
    params: inScenario,
    body: {
      required: true,
      content: json(
        z.object({
          externalIds: z.array(z.string().min(1).max(500)).max(10_000).default([]),
          emails: z.array(z.string().min(1).max(500)).max(10_000).default([]),
          rule: z.record(z.string(), z.unknown()).nullable().default(null),
          key: z.string().min(1).max(200).nullable().default(null).openapi({
            description: 'The same key starts the same person once',
          }),
          checkConditions: z.boolean().default(false).openapi({
            description: 'Of an automation: ask its condition; otherwise it counts as met',
          }),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'Who started',
      content: json(z.object({ started: z.int(), held: z.int(), unknown: z.int() })),
    },
  },
});

const walk = z.object({
  id,
  externalId: z.string(),
  startedAt: moment,
  endedAt: moment.nullable(),
  steps: z.array(z.object({ step: z.int(), words: z.string(), at: moment, outcome: z.string() })),
  next: z.object({ step: z.int(), words: z.string(), at: moment }).nullable(),
});

export const listWalks = apiRoute({
  method: 'get',
  path: '/scenarios/{scenarioId}/ways',
  operationId: 'listWalks',
  summary: 'The newest hundred ways of people through it, or those of one person',
  tag: 'scenarios',
  access: { role: 'viewer', database: 'scenario' },
  request: { params: inScenario, query: z.object({ profileId: id.optional() }) },
  responses: {
    200: {
      description: 'The ways, the newest first',
      content: json(z.object({ items: z.array(walk), next: z.null() })),
    },
  },
});

const startKind = z.object({
  key: z.string(),
  words: z.string().openapi({ description: 'Behind “whoever”' }),
  required: z.array(z.string()),
  optional: z.array(z.string()),
});

export const listPresets = apiRoute({
  method: 'get',
  path: '/automations/presets',
  operationId: 'listPresets',
  summary:
    'The nine ready-made automations, and everything that can start one, with what each asks',
  tag: 'scenarios',
  access: { role: 'viewer' },
  responses: {
    200: {
      description: 'The catalogue',
      content: json(z.object({ presets: z.array(startKind), events: z.array(startKind) })),
    },
  },
});
