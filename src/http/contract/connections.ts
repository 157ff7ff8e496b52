import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery } from './page.ts';
import { apiRoute, id, json, moment } from './route.ts';

export const check = z
  .object({
    name: z.string(),
    state: z.enum(['pass', 'warn', 'fail', 'unknown']),
    found: z.string(),
    next: z.string().nullable().openapi({ description: 'What to do; null where there is nothing' }),
    link: z.string().nullable(),
  })
  .openapi('Check');

export const stop = z
  .object({
    code: z.string(),
    words: z.string(),
    link: z.string().nullable(),
    metaCode: z.int().nullable(),
    metaSubcode: z.int().nullable(),
  })
  .openapi('Stop');

const tokenEnd = z
  .union([moment, z.literal('never')])
  .nullable()
  .openapi({
    description: 'null where Meta would not say',
  });

export const connection = z
  .object({
    id,
    name: z.string(),
    sandbox: z.boolean(),
    apiUrl: z.string().openapi({ description: 'Of Meta, or where the sandbox listens' }),
    origin: z.enum(['pasted', 'login']),
    appId: z.string().nullable(),
    userId: z.string().nullable(),
    userName: z.string().nullable(),
    tokenKind: z.string().nullable(),
    tokenEndsAt: tokenEnd,
    tokenSince: moment,
    accessTier: z.string().nullable(),
    state: z.enum(['ok', 'ends soon', 'Reconnect', 'stopped']),
    words: z.string(),
    next: z.string().nullable(),
    stopped: stop.extend({ since: moment.nullable() }).nullable(),
    integrations: z.array(
      z.object({
        id,
        name: z.string(),
        database: z.string(),
        adAccount: z.string(),
        enabled: z.boolean(),
      }),
    ),
  })
  .openapi('Connection');

const inConnection = z.object({ connectionId: id });

export const listConnections = apiRoute({
  method: 'get',
  path: '/connections',
  operationId: 'listConnections',
  summary: 'Logins and tokens for Meta, and how they are; never a token itself',
  tag: 'connections',
  access: { role: 'viewer', database: 'handler' },
  request: { query: pageQuery('name', 'tokenSince') },
  responses: { 200: { description: 'A page of connections', content: json(pageOf(connection)) } },
});

const adAccount = z
  .string()
  .regex(/^(act_)?\d{1,30}$/)
  .openapi({ description: 'With or without act_' });

const reached = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    business: z
      .string()
      .nullable()
      .openapi({ description: 'Who owns it; null: nobody, and then it takes no customer lists' }),
    termsAccepted: z.boolean(),
    termsLink: z.string().openapi({ description: 'Where a person of the business accepts them' }),
  })
  .openapi('ReachedAdAccount');

export const app = {
  appId: z.string().regex(/^\d{1,30}$/),
  appSecret: z.string().min(1).max(500),
};

const pasted = {
  token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .max(4_000),
  app: z.object(app).nullable().default(null),
};

/** What comes of new credentials: the connection, and the integration if an ad account was named. */
export const connected = z
  .object({
    connectionId: id,
    connection: z.string(),
    integrationId: id.nullable(),
    integration: z.string().nullable(),
    adAccount: z.string().nullable(),
    user: z.string().nullable(),
    sandbox: z.boolean(),
    tokenKind: z.string().nullable(),
    tokenEndsAt: tokenEnd,
    replaced: z.boolean(),
    checks: z.array(check),
    adAccounts: z.array(reached).openapi({
      description: 'Where no ad account was named: those that the token reaches',
    }),
  })
  .openapi('Connected');

export const createConnection = apiRoute({
  method: 'post',
  path: '/connections',
  operationId: 'createConnection',
  summary: 'Connect by a pasted token, or to the sandbox that runs; Meta is asked first',
  tag: 'connections',
  access: { role: 'admin', credentials: true, database: 'handler' },
  request: {
    body: {
      required: true,
      content: json(
        z.object({
          sandbox: z.boolean().default(false).openapi({
            description: 'The sandbox gives token and ad account itself',
          }),
          token: pasted.token
            .optional()
            .openapi({ description: 'Kept sealed, and never given back' }),
          app: pasted.app,
          connectionId: id.nullable().default(null).openapi({
            description:
              'Give this one the token; without a token, use it for a further ad account',
          }),
          adAccount: adAccount.nullable().default(null),
          databaseId: id,
          name: z.string().trim().min(1).max(200).nullable().default(null),
        }),
      ),
    },
  },
  responses: { 201: { description: 'What is connected', content: json(connected) } },
});

export const tryConnection = apiRoute({
  method: 'post',
  path: '/connections/try',
  operationId: 'tryConnection',
  summary: 'Ask Meta whether a token may fill customer lists of an ad account; nothing is kept',
  tag: 'connections',
  access: { role: 'admin', credentials: true },
  request: {
    body: { required: true, content: json(z.object({ ...pasted, adAccount })) },
  },
  responses: {
    200: {
      description: 'The check-list',
      content: json(z.object({ ok: z.boolean(), checks: z.array(check) }).openapi('Tried')),
    },
  },
});

export const listReachedAdAccounts = apiRoute({
  method: 'get',
  path: '/connections/{connectionId}/ad-accounts',
  operationId: 'listReachedAdAccounts',
  summary: 'The ad accounts that a connection reaches; Meta is asked now',
  tag: 'connections',
  access: { role: 'admin', credentials: true },
  request: { params: inConnection, query: pageQuery('name') },
  responses: { 200: { description: 'A page of ad accounts', content: json(pageOf(reached)) } },
});

export const diagnosis = z.object({
  connection: z.string(),
  sandbox: z.boolean(),
  checks: z.array(check),
  integrations: z.array(
    z.object({
      integration: z.string(),
      adAccount: z.string(),
      enabled: z.boolean(),
      checks: z.array(check),
    }),
  ),
});

export const checkConnection = apiRoute({
  method: 'post',
  path: '/connections/{connectionId}/check',
  operationId: 'checkConnection',
  summary: 'The check-list of a connection, asked of Meta; what had stopped and passes goes on',
  tag: 'connections',
  access: { role: 'editor' },
  request: { params: inConnection },
  responses: {
    200: {
      description: 'What was found',
      content: json(z.object({ ok: z.boolean(), ...diagnosis.shape })),
    },
  },
});

export const refreshConnection = apiRoute({
  method: 'post',
  path: '/connections/{connectionId}/refresh',
  operationId: 'refreshConnection',
  summary: 'Sixty new days for the token of a system user; needs the app',
  tag: 'connections',
  access: { role: 'admin', credentials: true },
  request: { params: inConnection },
  responses: {
    200: { description: 'The new token’s end', content: json(z.object({ tokenEndsAt: tokenEnd })) },
  },
});

export const getConnectGuide = apiRoute({
  method: 'get',
  path: '/connections/guide',
  operationId: 'getConnectGuide',
  summary: 'How to come by an ad account id, an app and a token, step by step',
  tag: 'connections',
  access: { role: 'viewer' },
  responses: {
    200: {
      description: 'The steps',
      content: json(
        z.object({
          steps: z.array(
            z.object({
              title: z.string(),
              words: z.string(),
              links: z.array(z.object({ title: z.string(), url: z.string() })),
            }),
          ),
        }),
      ),
    },
  },
});
