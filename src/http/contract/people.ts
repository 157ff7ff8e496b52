import { z } from '@hono/zod-openapi';
import { ifMatch } from './if-match.ts';
import { role } from './me.ts';
import { apiRoute, id, json, moment } from './route.ts';

/** What somebody, or a key, may do. */
const rights = z.object({
  role,
  personalData: z.boolean().openapi({ description: 'May see personal data; others see it masked' }),
  credentials: z.boolean().openapi({ description: 'May read and change credentials' }),
  databaseIds: z.array(id).nullable().openapi({ description: 'Only these databases; null: all' }),
});

const wishedRights = z.object({
  role,
  personalData: z.boolean().default(false),
  credentials: z.boolean().default(false),
  databaseIds: z.array(id).max(1_000).nullable().default(null),
});

const user = rights
  .extend({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    secondFactor: z.boolean(),
    createdAt: moment,
    lastSeenAt: moment.nullable(),
    disabledAt: moment.nullable(),
    version: z.string().openapi({ description: 'What its ETag holds, for an If-Match' }),
  })
  .openapi('User');

const invitation = rights
  .extend({ id, email: z.string(), madeBy: z.string(), createdAt: moment, endsAt: moment })
  .openapi('Invitation');

const link = z.object({
  url: z.string().openapi({ description: 'Works once; shown this once' }),
  endsAt: moment,
  mailed: z.boolean().openapi({ description: 'It went to them by mail; if not, give it to them' }),
  mailError: z
    .enum(['MAIL_NOT_SET', 'MAIL_FAILED'])
    .nullable()
    .openapi({ description: 'Why it did not go' }),
});

const key = rights
  .extend({
    id,
    name: z.string(),
    hint: z.string().openapi({ description: 'Its last characters' }),
    madeBy: z.string(),
    createdAt: moment,
    endsAt: moment.nullable().openapi({ description: 'null: never' }),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .openapi('ApiKey');

const itemsOf = <S extends z.ZodType>(item: S) => json(z.object({ items: z.array(item) }));

const inUser = z.object({ userId: z.string().min(1).max(100) });

export const listUsers = apiRoute({
  method: 'get',
  path: '/users',
  operationId: 'listUsers',
  summary: 'Who may sign in',
  tag: 'people',
  access: { role: 'admin' },
  responses: { 200: { description: 'Users', content: itemsOf(user) } },
});

export const getUser = apiRoute({
  method: 'get',
  path: '/users/{userId}',
  operationId: 'getUser',
  summary: 'Somebody who may sign in',
  tag: 'people',
  access: { role: 'admin' },
  request: { params: inUser },
  responses: { 200: { description: 'The user', content: json(user) } },
});

export const changeUser = apiRoute({
  method: 'put',
  path: '/users/{userId}/rights',
  operationId: 'changeUser',
  summary:
    'Say what somebody may do, and whether they may sign in; nobody gives more than they have',
  tag: 'people',
  access: { role: 'admin' },
  request: {
    params: inUser,
    headers: ifMatch,
    body: { required: true, content: json(wishedRights.extend({ disabled: z.boolean() })) },
  },
  responses: { 200: { description: 'The user', content: json(user) } },
});

export const resetUser = apiRoute({
  method: 'post',
  path: '/users/{userId}/reset',
  operationId: 'resetUser',
  summary: 'Make a link by which somebody sets a new password',
  tag: 'people',
  access: { role: 'admin' },
  request: {
    params: inUser,
    body: {
      required: true,
      content: json(
        z.object({
          secondFactor: z
            .boolean()
            .default(false)
            .openapi({ description: 'Take the second factor away too' }),
        }),
      ),
    },
  },
  responses: { 201: { description: 'The link', content: json(link) } },
});

export const listInvitations = apiRoute({
  method: 'get',
  path: '/invitations',
  operationId: 'listInvitations',
  summary: 'Invitations that nobody took yet',
  tag: 'people',
  access: { role: 'admin' },
  responses: { 200: { description: 'Invitations', content: itemsOf(invitation) } },
});

export const createInvitation = apiRoute({
  method: 'post',
  path: '/invitations',
  operationId: 'createInvitation',
  summary: 'Invite somebody; nobody gives more than they have',
  tag: 'people',
  access: { role: 'admin' },
  request: {
    body: {
      required: true,
      content: json(wishedRights.extend({ email: z.string().min(1).max(254) })),
    },
  },
  responses: {
    201: {
      description: 'The invitation and its link',
      content: json(invitation.extend(link.shape)),
    },
  },
});

export const withdrawInvitation = apiRoute({
  method: 'delete',
  path: '/invitations/{invitationId}',
  operationId: 'withdrawInvitation',
  summary: 'Its link works no more',
  tag: 'people',
  access: { role: 'admin' },
  request: { params: z.object({ invitationId: id }) },
  responses: { 204: { description: 'Withdrawn' } },
});

export const listKeys = apiRoute({
  method: 'get',
  path: '/keys',
  operationId: 'listKeys',
  summary: 'Keys for the API, without the keys themselves',
  tag: 'keys',
  access: { role: 'admin' },
  responses: { 200: { description: 'Keys', content: itemsOf(key) } },
});

export const createKey = apiRoute({
  method: 'post',
  path: '/keys',
  operationId: 'createKey',
  summary: 'Make a key for the API; it is shown this once, and may do no more than you',
  tag: 'keys',
  access: { role: 'admin', credentials: true },
  request: {
    body: {
      required: true,
      content: json(
        wishedRights.extend({
          name: z.string().trim().min(1).max(200),
          days: z.int().min(1).max(3_650).nullable().default(null).openapi({
            description: 'Until it ends; null: never',
          }),
        }),
      ),
    },
  },
  responses: {
    201: { description: 'The key', content: json(key.extend({ key: z.string() })) },
  },
});

export const revokeKey = apiRoute({
  method: 'post',
  path: '/keys/{keyId}/revoke',
  operationId: 'revokeKey',
  summary: 'From now on it opens nothing',
  tag: 'keys',
  access: { role: 'admin', credentials: true },
  request: { params: z.object({ keyId: id }) },
  responses: { 200: { description: 'The key', content: json(key) } },
});
