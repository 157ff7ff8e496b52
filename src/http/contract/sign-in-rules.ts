import { z } from '@hono/zod-openapi';
import { apiRoute, json } from './route.ts';

const rules = z
  .object({
    secondFactorNeeded: z.boolean().openapi({
      description:
        'Who has not shown a code may do nothing but set that up; API keys are not asked',
    }),
    singleSignOnSuffices: z.boolean().openapi({
      description: 'Whoever comes by single sign-on need not show a code here, too',
    }),
  })
  .openapi('SignInRules');

export const getSignInRules = apiRoute({
  method: 'get',
  path: '/sign-in-rules',
  operationId: 'getSignInRules',
  summary: 'What is asked of everybody who signs in',
  tag: 'settings',
  access: { role: 'viewer' },
  responses: { 200: { description: 'The rules', content: json(rules) } },
});

export const setSignInRules = apiRoute({
  method: 'put',
  path: '/sign-in-rules',
  operationId: 'setSignInRules',
  summary: 'Ask everybody for a second factor, or leave it to each; it holds at once',
  tag: 'settings',
  access: { role: 'owner' },
  request: { body: { required: true, content: json(rules) } },
  responses: { 200: { description: 'As they are now', content: json(rules) } },
});
