import { z } from '@hono/zod-openapi';
import { inAudience } from './audiences.ts';
import { apiRoute, json } from './route.ts';
import { acceptedRun } from './runs.ts';

const replacement = z
  .object({
    audience: z.string(),
    checksum: z.string(),
    metaAudienceId: z.string(),
    people: z.int().openapi({ description: 'In it afterwards' }),
    rows: z.int(),
    rowsAfterwards: z.int().openapi({ description: 'Of another shape, added when it is over' }),
    joins: z.int(),
    leaves: z.int().openapi({ description: 'Of whom Muster told; others leave too' }),
    requests: z.int(),
    bytes: z.int(),
    predictedSeconds: z.int(),
    basis: z.string().openapi({ description: 'What the prediction rests on' }),
    size: z.string().nullable().openapi({ description: 'Now, by Meta' }),
    warnings: z.array(z.string()),
  })
  .openapi('Replacement');

const tag = 'audiences';
const change = { role: 'editor', database: 'audience' } as const;
const sees = { role: 'viewer', database: 'audience' } as const;

export const planReplacement = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/replacements',
  operationId: 'planReplacement',
  summary: 'Says what exchanging everybody in the Meta audience takes and loses; sends nothing',
  tag,
  access: change,
  request: { params: inAudience },
  responses: { 201: { description: 'What it would do', content: json(replacement) } },
});

export const confirmReplacement = apiRoute({
  method: 'post',
  path: '/audiences/{audienceId}/replacements/{checksum}/confirm',
  operationId: 'confirmReplacement',
  summary: 'Exchanges everybody for exactly the list that was looked at, or refuses as stale',
  tag,
  access: change,
  request: {
    params: inAudience.extend({ checksum: z.string().regex(/^[0-9a-f]{8,64}$/) }),
  },
  responses: acceptedRun,
});

const sweep = z
  .object({ audience: z.string(), sweep: z.enum(['on', 'off']) })
  .openapi('Sweep', { description: 'Whether rows told long ago are said again within 30 days' });

export const getSweep = apiRoute({
  method: 'get',
  path: '/audiences/{audienceId}/sweep',
  operationId: 'getSweep',
  summary: 'Whether what Meta was told is said again in time',
  tag,
  access: sees,
  request: { params: inAudience },
  responses: { 200: { description: 'On or off', content: json(sweep) } },
});

export const setSweep = apiRoute({
  method: 'put',
  path: '/audiences/{audienceId}/sweep',
  operationId: 'setSweep',
  summary: 'Switch it on or off',
  tag,
  access: change,
  request: {
    params: inAudience,
    body: { required: true, content: json(z.object({ sweep: z.enum(['on', 'off']) })) },
  },
  responses: { 200: { description: 'On or off', content: json(sweep) } },
});

export const listRuleTemplates = apiRoute({
  method: 'get',
  path: '/rules/templates',
  operationId: 'listRuleTemplates',
  summary: 'Rules to begin with; automations to begin with are at /automations/presets',
  tag: 'rules',
  access: { role: 'viewer' },
  responses: {
    200: {
      description: 'Templates',
      content: json(
        z.object({
          items: z.array(
            z
              .object({
                name: z.string(),
                summary: z.string(),
                days: z.int().openapi({ description: 'The period in the rule; yours to change' }),
                rule: z.record(z.string(), z.unknown()),
              })
              .openapi('RuleTemplate'),
          ),
        }),
      ),
    },
  },
});
