import { z } from '@hono/zod-openapi';
import { apiRoute, json, moment } from './route.ts';

const password = z.string().min(1).max(1_000);

const body = <S extends z.ZodType>(schema: S) =>
  ({ content: json(schema), required: true }) as const;

export const role = z.enum(['viewer', 'editor', 'admin', 'owner']);

export const me = z
  .object({
    kind: z.enum(['user', 'key']),
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    role,
    personalData: z.boolean(),
    credentials: z.boolean(),
    databases: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'Ids of the databases that may be seen; null: all' }),
    secondFactor: z.boolean(),
    secondFactorMissing: z.boolean().openapi({
      description:
        'Everybody needs a second factor here, and no code was shown: nothing else answers',
    }),
  })
  .openapi('Me');

export const session = z
  .object({
    id: z.string(),
    current: z.boolean(),
    address: z.string().nullable(),
    browser: z.string().nullable(),
    createdAt: moment,
    endsAt: moment,
  })
  .openapi('Session');

export const getMe = apiRoute({
  method: 'get',
  path: '/me',
  operationId: 'getMe',
  summary: 'Who is asking, and what they may do',
  tag: 'me',
  access: { role: 'viewer', beforeSecondFactor: true },
  responses: { 200: { description: 'Who is asking', content: json(me) } },
});

export const changePassword = apiRoute({
  method: 'post',
  path: '/me/password',
  operationId: 'changeMyPassword',
  summary: 'Set another password; all other sessions end',
  tag: 'me',
  access: { role: 'viewer' },
  request: { body: body(z.object({ current: password, password })) },
  responses: { 204: { description: 'Changed' } },
});

export const beginSecondFactor = apiRoute({
  method: 'post',
  path: '/me/second-factor',
  operationId: 'beginMySecondFactor',
  summary: 'Get a secret for an authenticator app; it counts once a code was confirmed',
  tag: 'me',
  access: { role: 'viewer', beforeSecondFactor: true },
  request: { body: body(z.object({ password })) },
  responses: {
    200: {
      description: 'The secret as a URI for a QR code, and codes for when the device is lost',
      content: json(z.object({ uri: z.string(), backupCodes: z.array(z.string()) })),
    },
  },
});

export const confirmSecondFactor = apiRoute({
  method: 'post',
  path: '/me/second-factor/confirm',
  operationId: 'confirmMySecondFactor',
  summary: 'Show a code of the app; from now on it is asked for',
  tag: 'me',
  access: { role: 'viewer', beforeSecondFactor: true },
  request: { body: body(z.object({ code: z.string().min(1).max(40) })) },
  responses: { 204: { description: 'Switched on' } },
});

export const endSecondFactor = apiRoute({
  method: 'delete',
  path: '/me/second-factor',
  operationId: 'endMySecondFactor',
  summary: 'Do without a second factor',
  tag: 'me',
  access: { role: 'viewer' },
  request: { body: body(z.object({ password })) },
  responses: { 204: { description: 'Switched off' } },
});

export const listMySessions = apiRoute({
  method: 'get',
  path: '/me/sessions',
  operationId: 'listMySessions',
  summary: 'Where one is signed in',
  tag: 'me',
  access: { role: 'viewer' },
  responses: {
    200: { description: 'Sessions', content: json(z.object({ items: z.array(session) })) },
  },
});

export const endMySession = apiRoute({
  method: 'delete',
  path: '/me/sessions/{sessionId}',
  operationId: 'endMySession',
  summary: 'Sign out somewhere else',
  tag: 'me',
  access: { role: 'viewer' },
  request: { params: z.object({ sessionId: z.string().min(1).max(100) }) },
  responses: { 204: { description: 'Ended' } },
});
