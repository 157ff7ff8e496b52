import { randomBytes } from 'node:crypto';
import { type ApiKey, listApiKeys, revokeApiKey } from '#store/api-keys.ts';
import { askerOf } from '#store/approvals.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  changeLoginUser,
  listLoginUsers,
  lockLoginUser,
  type LoginUser,
  readLoginUser,
  removeSecondFactor,
  type Rights,
} from '#store/login-users.ts';
import { listInvitations, type OneTimeLink, withdrawInvitation } from '#store/one-time-links.ts';
import { createKey } from '../auth/create-key.ts';
import { postLink } from '../auth/letters.ts';
import { invite, type OfferedLink, offerReset, welcomeUrl } from '../auth/links.ts';
import { checkMayGive, hasAll } from '../auth/may-give.ts';
import * as contract from '../contract/people.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { refuseOlder, tag, versionBy } from './version.ts';

const DAY_MS = 86_400_000;

export function servePeople(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  const urlOf = (token: string) => welcomeUrl(parts.signIn.parts.publicUrl(), token);
  const post = async (offered: OfferedLink, to: string) => {
    const { mailer, publicUrl } = parts.signIn.parts;
    return await postLink(mailer, offered, to, publicUrl());
  };

  answer(api, parts, contract.listUsers, async ({ principal }) => {
    const users = await listLoginUsers(store);
    return { items: users.filter((user) => hasAll(principal, user)).map(userDocument) };
  });

  answer(api, parts, contract.getUser, async ({ params, principal }, context) => {
    const user = await readLoginUser(store, params.userId);
    checkMayGive(principal, user);
    return tag(context, editable(user), userDocument(user));
  });

  answer(api, parts, contract.changeUser, async (asked, context) => {
    const { params, headers, body, principal } = asked;
    const { disabled } = body;
    const rights = rightsOf(body);
    checkMayGive(principal, rights);
    const changed = await store.tx(async (tx) => {
      const before = await lockLoginUser(tx, params.userId);
      checkMayGive(principal, before);
      const ifMatch = headers['if-match'];
      if (ifMatch === undefined) throw new MusterError('API_VERSION_MISSING');
      refuseOlder(ifMatch, editable(before));
      return await changeLoginUser(tx, params.userId, { ...rights, disabled });
    });
    return tag(context, editable(changed), userDocument(changed));
  });

  answer(api, parts, contract.resetUser, async ({ params, body, principal }) => {
    const { user, offered } = await store.tx(async (tx) => {
      const user = await readLoginUser(tx, params.userId);
      checkMayGive(principal, user);
      if (body.secondFactor) await removeSecondFactor(tx, user.id);
      return { user, offered: await offerReset(tx, user, principal.name, randomBytes) };
    });
    const posted = await post(offered, user.email);
    return { url: urlOf(offered.token), endsAt: offered.link.endsAt, ...posted };
  });

  answer(api, parts, contract.listInvitations, async ({ principal }) => {
    const invitations = await listInvitations(store);
    const seen = invitations.filter((invitation) => hasAll(principal, invitation));
    return { items: seen.map(invitationDocument) };
  });

  answer(api, parts, contract.createInvitation, async ({ body, principal }) => {
    const rights = rightsOf(body);
    checkMayGive(principal, rights);
    const wish = { ...rights, email: body.email, madeBy: principal.name };
    const offered = await store.tx((tx) => invite(tx, wish, randomBytes));
    const posted = await post(offered, body.email);
    return { ...invitationDocument(offered.link), url: urlOf(offered.token), ...posted };
  });

  answer(api, parts, contract.withdrawInvitation, async ({ params, principal }) => {
    const id = Number(params.invitationId);
    const found = (await listInvitations(store)).find((invitation) => invitation.id === id);
    if (found === undefined) throw new MusterError('LINK_UNKNOWN');
    checkMayGive(principal, found);
    await withdrawInvitation(store, id);
    return null;
  });
}

export function serveKeys(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listKeys, async ({ principal }) => {
    const keys = await listApiKeys(store);
    return { items: keys.filter((key) => hasAll(principal, key)).map(keyDocument) };
  });

  answer(api, parts, contract.createKey, async ({ body, principal }) => {
    const rights = rightsOf(body);
    checkMayGive(principal, rights);
    const lastsMs = body.days === null ? null : body.days * DAY_MS;
    const { personId: madeById } = await askerOf(store, principal);
    const wish = { ...rights, name: body.name, madeBy: principal.name, madeById, lastsMs };
    const { key, made } = await createKey(store, wish, randomBytes);
    return { key, ...keyDocument(made) };
  });

  answer(api, parts, contract.revokeKey, async ({ params, principal }) => {
    const id = Number(params.keyId);
    const found = (await listApiKeys(store)).find((key) => key.id === id);
    if (found === undefined) throw new MusterError('KEY_UNKNOWN', params.keyId);
    checkMayGive(principal, found);
    return keyDocument(await revokeApiKey(store, id));
  });
}

type WishedRights = Omit<Rights, 'databaseIds'> & { readonly databaseIds: string[] | null };

function rightsOf({ role, personalData, credentials, databaseIds }: WishedRights): Rights {
  return { role, personalData, credentials, databaseIds: databaseIds?.map(Number) ?? null };
}

function shownRights({ role, personalData, credentials, databaseIds }: Rights) {
  return { role, personalData, credentials, databaseIds: databaseIds?.map(String) ?? null };
}

function userDocument(user: LoginUser) {
  const { id, name, email, twoFactor: secondFactor, createdAt, lastSeenAt, disabledAt } = user;
  return {
    ...{ id, name, email, ...shownRights(user), secondFactor },
    ...{ createdAt, lastSeenAt, disabledAt, version: versionBy(editable(user)) },
  };
}

/** What an edit of somebody's rights changes. */
function editable(user: LoginUser) {
  return { ...shownRights(user), disabled: user.disabledAt !== null };
}

function invitationDocument(link: OneTimeLink) {
  const { id, email, madeBy, createdAt, endsAt } = link;
  const rights = shownRights(link);
  return { id: String(id), email: email ?? '', ...rights, madeBy, createdAt, endsAt };
}

function keyDocument(key: ApiKey) {
  const { id, name, hint, madeBy, createdAt, endsAt, lastUsedAt, revokedAt } = key;
  return {
    ...{ id: String(id), name, hint, ...shownRights(key), madeBy },
    ...{ createdAt, endsAt, lastUsedAt, revokedAt },
  };
}
