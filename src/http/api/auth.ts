import type { Context } from 'hono';
import { countLoginUsers } from '#store/login-users.ts';
import { authPath, singleSignOnId } from '../auth/better-auth.ts';
import { visitOf } from '../auth/authenticate.ts';
import { apiPath } from '../client.ts';
import * as contract from '../contract/auth.ts';
import { answer, type Api, type ApiParts } from './api.ts';

export function serveAuth(api: Api, parts: ApiParts): void {
  const { signIn, muster } = parts;

  answer(api, parts, contract.signInState, async (_, context) => {
    const { singleSignOn } = signIn.parts;
    return {
      signedIn: (context.get('principal') ?? context.get('halfway')) !== undefined,
      firstStart: (await countLoginUsers(muster.store)) === 0,
      singleSignOn: singleSignOn === null ? null : { name: singleSignOn.name },
    };
  });

  answer(api, parts, contract.signIn, async ({ body }, context) => {
    const { next, cookies } = await signIn.byPassword(visitOf(context), body.email, body.password);
    setCookies(context, cookies);
    return { next };
  });

  answer(api, parts, contract.secondFactor, async ({ body }, context) => {
    const { next, cookies } = await signIn.bySecondFactor(visitOf(context), body.code.trim());
    setCookies(context, cookies);
    return { next };
  });

  answer(api, parts, contract.singleSignOn, async (_, context) => {
    const { url, cookies } = await signIn.bySingleSignOn(visitOf(context));
    setCookies(context, cookies);
    return { url };
  });

  answer(api, parts, contract.signOut, async (_, context) => {
    setCookies(context, await signIn.signOut(visitOf(context)));
    return null;
  });

  answer(api, parts, contract.describeLink, async ({ body }, context) => {
    const { kind, email, endsAt } = await signIn.describeLink(visitOf(context), body.token);
    return { kind, email, endsAt };
  });

  answer(api, parts, contract.acceptLink, async ({ body }, context) => {
    const { token, email = null, name = null, password = null } = body;
    const wish = { token, email, name, password };
    const { next, cookies } = await signIn.byLink(visitOf(context), wish);
    setCookies(context, cookies);
    return { next };
  });

  answer(api, parts, contract.forgotPassword, async ({ body }, context) => {
    await signIn.forgot(visitOf(context), body.email);
    const mail = signIn.parts.mailer !== null;
    return context.json({ mail, next: mail ? forgotten.mailed : forgotten.byHand }, 202);
  });

  // Not in the document: browsers come here from the provider, and nobody else.
  const callback = `${authPath.slice(apiPath.length)}/callback/${singleSignOnId}`;
  api.get(callback, async (context) => {
    const { search } = new URL(context.req.url);
    return await signIn.returnFromSingleSignOn(visitOf(context), search);
  });
}

/** The same to everybody, whether they may sign in here or not. */
const forgotten = {
  mailed:
    'If that address may sign in here, a mail with a link is on its way. The link works for an hour.',
  byHand:
    'This installation sends no mail. Whoever runs it makes a link in the terminal: muster user reset ADDRESS',
};

export function setCookies(context: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) context.header('set-cookie', cookie, { append: true });
}
