import { z } from '@hono/zod-openapi';
import { app, connected } from './connections.ts';
import { apiRoute, id, json } from './route.ts';

const tag = 'connections';
const access = { role: 'admin', credentials: true } as const;

export const getLoginOffer = apiRoute({
  method: 'get',
  path: '/connections/login',
  operationId: 'getLoginOffer',
  summary: 'What a login at Meta can begin with: an app of this installation, or the sandbox',
  tag,
  access,
  responses: {
    200: {
      description: 'Never a secret',
      content: json(
        z
          .object({
            appId: z.string().nullable().openapi({
              description: 'MUSTER_APP_ID, where its secret is set too; null: name one to log in',
            }),
            sandbox: z.boolean().openapi({ description: 'Whether a sandbox runs here' }),
          })
          .openapi('LoginOffer'),
      ),
    },
  },
});

export const beginLogin = apiRoute({
  method: 'post',
  path: '/connections/login',
  operationId: 'beginLogin',
  summary: 'Begin a login at Meta: where to send the person',
  tag,
  access,
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          app: z.object(app).nullable().default(null).openapi({
            description: 'null: that of the connection or else of this installation',
          }),
          connectionId: id.nullable().default(null).openapi({
            description: 'The connection that shall have the new token',
          }),
          sandbox: z.boolean().default(false).openapi({
            description: 'Log in at the sandbox that runs here, with its own app',
          }),
          redirectUri: z.url().max(2_000).openapi({
            description: 'One of the app’s Valid OAuth Redirect URIs; the answer comes back there',
          }),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: 'The page of Meta; the answer is good for ten minutes',
      content: json(z.object({ url: z.string(), state: z.string() })),
    },
  },
});

export const finishLogin = apiRoute({
  method: 'post',
  path: '/connections/login/answer',
  operationId: 'finishLogin',
  summary: 'Give what Meta answered to a login that was begun; the token is kept sealed',
  tag,
  access,
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          state: z.string().max(200),
          code: z.string().max(4_000).nullable().default(null),
          error: z.string().max(500).nullable().default(null),
          connectionId: id.nullable().default(null).openapi({
            description: 'As when it was begun; null: what was named there',
          }),
          name: z.string().trim().min(1).max(200).nullable().default(null),
        }),
      ),
    },
  },
  responses: { 201: { description: 'What is connected', content: json(connected) } },
});
