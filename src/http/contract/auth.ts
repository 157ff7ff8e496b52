import { z } from '@hono/zod-openapi';
import { apiRoute, json, moment } from './route.ts';

/** Long enough for any address, short enough that nobody makes us work. */
const email = z.string().min(1).max(254);
const password = z.string().min(1).max(1_000);
const token = z.string().min(1).max(200);

const step = z
  .object({ next: z.enum(['signed-in', 'second-factor']) })
  .openapi('SignInStep', { description: 'The session’s cookie is in Set-Cookie' });

const body = <S extends z.ZodType>(schema: S) =>
  ({ content: json(schema), required: true }) as const;

export const signInState = apiRoute({
  method: 'get',
  path: '/auth/state',
  operationId: 'getSignInState',
  summary: 'How one can sign in here',
  tag: 'sign in',
  access: 'public',
  responses: {
    200: {
      description: 'Whether somebody is signed in, and whether nobody may yet',
      content: json(
        z.object({
          signedIn: z.boolean(),
          firstStart: z
            .boolean()
            .openapi({ description: 'Nobody may sign in yet: the link is in the terminal' }),
          singleSignOn: z.object({ name: z.string() }).nullable(),
        }),
      ),
    },
  },
});

export const signIn = apiRoute({
  method: 'post',
  path: '/auth/sign-in',
  operationId: 'signIn',
  summary: 'Sign in by e-mail address and password',
  tag: 'sign in',
  access: 'public',
  request: { body: body(z.object({ email, password })) },
  responses: { 200: { description: 'Signed in, or what comes next', content: json(step) } },
});

export const secondFactor = apiRoute({
  method: 'post',
  path: '/auth/second-factor',
  operationId: 'signInSecondFactor',
  summary: 'The second step: a code of the app, or a backup code',
  tag: 'sign in',
  access: 'public',
  request: { body: body(z.object({ code: z.string().min(1).max(40) })) },
  responses: { 200: { description: 'Signed in', content: json(step) } },
});

export const singleSignOn = apiRoute({
  method: 'post',
  path: '/auth/single-sign-on',
  operationId: 'beginSingleSignOn',
  summary: 'Begin single sign-on; go to the address it gives',
  tag: 'sign in',
  access: 'public',
  responses: { 200: { description: 'Where to go', content: json(z.object({ url: z.url() })) } },
});

export const signOut = apiRoute({
  method: 'post',
  path: '/auth/sign-out',
  operationId: 'signOut',
  summary: 'End this session',
  tag: 'sign in',
  access: 'public',
  responses: { 204: { description: 'Signed out' } },
});

export const describeLink = apiRoute({
  method: 'post',
  path: '/auth/link',
  operationId: 'describeLink',
  summary: 'What a link of /welcome is for',
  tag: 'sign in',
  access: 'public',
  request: { body: body(z.object({ token })) },
  responses: {
    200: {
      description: 'What it asks for',
      content: json(
        z.object({
          kind: z.enum(['first-start', 'invitation', 'reset', 'demo']),
          email: z.string().nullable(),
          endsAt: moment,
        }),
      ),
    },
  },
});

export const acceptLink = apiRoute({
  method: 'post',
  path: '/auth/accept',
  operationId: 'acceptLink',
  summary: 'Use a link up, and sign in by it',
  tag: 'sign in',
  access: 'public',
  request: {
    body: body(
      z.object({
        token,
        email: email.optional(),
        name: z.string().max(200).optional(),
        password: password.optional(),
      }),
    ),
  },
  responses: { 200: { description: 'Signed in, or what comes next', content: json(step) } },
});

export const forgotPassword = apiRoute({
  method: 'post',
  path: '/auth/forgot',
  operationId: 'forgotPassword',
  summary: 'Ask for a link to set a new password; the same answer whoever it is',
  tag: 'sign in',
  access: 'public',
  request: { body: body(z.object({ email })) },
  responses: {
    202: {
      description: 'What happens now; it does not depend on who asks, nor on the address',
      content: json(
        z.object({
          mail: z.boolean().openapi({ description: 'Whether this installation sends mail' }),
          next: z.string().openapi({ description: 'What to do' }),
        }),
      ),
    },
  },
});
