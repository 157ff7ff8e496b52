import { MusterError } from '#domain/errors/muster-error.ts';
import { endOtherSessions, endSession, listSessions } from '#store/login-sessions.ts';
import { readLoginUser } from '#store/login-users.ts';
import { visitOf } from '../auth/authenticate.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/me.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { setCookies } from './auth.ts';

export function serveMe(api: Api, parts: ApiParts): void {
  const { signIn, muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.getMe, async ({ principal }, context) => {
    const user = principal.kind === 'user' ? await readLoginUser(store, principal.id) : null;
    const { kind, id, name, role, personalData, credentials, databases } = principal;
    return {
      ...{ kind, id, name, email: user?.email ?? null, role, personalData, credentials },
      databases: databases === 'all' ? null : databases.map(String),
      secondFactor: user?.twoFactor ?? false,
      secondFactorMissing: context.get('halfway') !== undefined,
    };
  });

  answer(api, parts, contract.changePassword, async ({ body, principal }, context) => {
    const { email, name } = await readLoginUser(store, userOf(principal));
    const visit = visitOf(context);
    await signIn.changePassword(visit, { email, name, ...body });
    await endOtherSessions(store, userOf(principal), context.get('sessionId') ?? '');
    return null;
  });

  answer(api, parts, contract.beginSecondFactor, async ({ body, principal }, context) => {
    userOf(principal);
    return await signIn.beginSecondFactor(visitOf(context), body.password);
  });

  answer(api, parts, contract.confirmSecondFactor, async ({ body, principal }, context) => {
    userOf(principal);
    setCookies(context, await signIn.confirmSecondFactor(visitOf(context), body.code.trim()));
    return null;
  });

  answer(api, parts, contract.endSecondFactor, async ({ body, principal }, context) => {
    userOf(principal);
    setCookies(context, await signIn.endSecondFactor(visitOf(context), body.password));
    return null;
  });

  answer(api, parts, contract.listMySessions, async ({ principal }, context) => {
    const current = context.get('sessionId');
    const sessions = await listSessions(store, userOf(principal));
    return { items: sessions.map((session) => ({ ...session, current: session.id === current })) };
  });

  answer(api, parts, contract.endMySession, async ({ params, principal }) => {
    const ended = await endSession(store, userOf(principal), params.sessionId);
    if (!ended) throw new MusterError('API_NOT_FOUND', 'session');
    return null;
  });
}

/** A key has neither password nor sessions. @throws MusterError API_NOT_ALLOWED */
function userOf({ kind, id }: Principal): string {
  if (kind === 'user') return id;
  throw new MusterError('API_NOT_ALLOWED', 'a person and not a key');
}
