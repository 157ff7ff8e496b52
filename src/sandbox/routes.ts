import { listAccountAdSets, readAccountInsights } from './ads.ts';
import { createAccountAudience } from './audience-create.ts';
import { deleteAudience, listAccountAudiences, readAudience, updateAudience } from './audiences.ts';
import { graphErrors } from './graph-error.ts';
import type { GraphMethod, GraphRequest } from './graph-request.ts';
import { exchangeToken, issueSystemUserToken, revokeToken } from './oauth.ts';
import {
  debugToken,
  listClientAccounts,
  listMyAccounts,
  listMyBusinesses,
  listMyPermissions,
  listOwnedAccounts,
  readAccountNode,
  readMe,
} from './me.ts';
import {
  addUsers,
  listAudienceSessions,
  type RowRefusal,
  removeUsers,
  removeUsersOfAny,
  type UploadSeen,
} from './memberships.ts';
import { replaceUsers } from './replaces.ts';
import type { Simulation } from './simulation.ts';

/** What an endpoint answered, and what it saw where it took rows. */
export interface Answer {
  readonly body: object;
  readonly seen: UploadSeen | null;
}

/** One endpoint of the Graph API. `*` in its path is an id, which the handler gets as `target`. */
interface Route {
  readonly name: EndpointName;
  readonly method: GraphMethod;
  readonly path: readonly string[];
  readonly handle: (
    simulation: Simulation,
    request: GraphRequest,
    target: string,
    rejects: RowRefusal,
  ) => Answer;
}

export type EndpointName = (typeof endpointNames)[number];

export const endpointNames = [
  'me',
  'me.adaccounts',
  'me.permissions',
  'me.businesses',
  'debug_token',
  'oauth.accessToken',
  'oauth.revoke',
  'systemUser.tokens',
  'business.ownedAccounts',
  'business.clientAccounts',
  'account.read',
  'audiences.list',
  'audiences.create',
  'audience.read',
  'audience.update',
  'audience.delete',
  'users.add',
  'users.remove',
  'users.replace',
  'users.removeFromAll',
  'sessions.list',
  'ads.sets',
  'ads.insights',
] as const;

/** Endpoints that a fault can strike together. */
export type EndpointFamily = (typeof endpointFamilies)[number];
export const endpointFamilies = [
  'me',
  'oauth',
  'business',
  'audiences',
  'audience',
  'users',
  'ads',
] as const;

const plain =
  (handle: (simulation: Simulation, request: GraphRequest, target: string) => object) =>
  (simulation: Simulation, request: GraphRequest, target: string): Answer => ({
    body: handle(simulation, request, target),
    seen: null,
  });

const routes: readonly Route[] = [
  { name: 'me', method: 'GET', path: ['me'], handle: plain(readMe) },
  {
    name: 'me.adaccounts',
    method: 'GET',
    path: ['me', 'adaccounts'],
    handle: plain(listMyAccounts),
  },
  {
    name: 'me.permissions',
    method: 'GET',
    path: ['me', 'permissions'],
    handle: plain(listMyPermissions),
  },
  {
    name: 'me.businesses',
    method: 'GET',
    path: ['me', 'businesses'],
    handle: plain(listMyBusinesses),
  },
  {
    name: 'business.ownedAccounts',
    method: 'GET',
    path: ['*', 'owned_ad_accounts'],
    handle: plain(listOwnedAccounts),
  },
  {
    name: 'business.clientAccounts',
    method: 'GET',
    path: ['*', 'client_ad_accounts'],
    handle: plain(listClientAccounts),
  },
  { name: 'debug_token', method: 'GET', path: ['debug_token'], handle: plain(debugToken) },
  {
    name: 'oauth.accessToken',
    method: 'GET',
    path: ['oauth', 'access_token'],
    handle: plain(exchangeToken),
  },
  {
    name: 'oauth.accessToken',
    method: 'POST',
    path: ['oauth', 'access_token'],
    handle: plain(exchangeToken),
  },
  { name: 'oauth.revoke', method: 'GET', path: ['oauth', 'revoke'], handle: plain(revokeToken) },
  { name: 'oauth.revoke', method: 'POST', path: ['oauth', 'revoke'], handle: plain(revokeToken) },
  {
    name: 'systemUser.tokens',
    method: 'POST',
    path: ['*', 'access_tokens'],
    handle: plain(issueSystemUserToken),
  },
  { name: 'account.read', method: 'GET', path: ['act_*'], handle: plain(readAccountNode) },
  {
    name: 'audiences.list',
    method: 'GET',
    path: ['act_*', 'customaudiences'],
    handle: plain(listAccountAudiences),
  },
  {
    name: 'audiences.create',
    method: 'POST',
    path: ['act_*', 'customaudiences'],
    handle: plain(createAccountAudience),
  },
  {
    name: 'users.removeFromAll',
    method: 'DELETE',
    path: ['act_*', 'usersofanyaudience'],
    handle: removeUsersOfAny,
  },
  { name: 'ads.sets', method: 'GET', path: ['act_*', 'adsets'], handle: plain(listAccountAdSets) },
  {
    name: 'ads.insights',
    method: 'GET',
    path: ['act_*', 'insights'],
    handle: plain(readAccountInsights),
  },
  { name: 'audience.read', method: 'GET', path: ['*'], handle: plain(readAudience) },
  { name: 'audience.update', method: 'POST', path: ['*'], handle: plain(updateAudience) },
  { name: 'audience.delete', method: 'DELETE', path: ['*'], handle: plain(deleteAudience) },
  { name: 'users.add', method: 'POST', path: ['*', 'users'], handle: addUsers },
  { name: 'users.remove', method: 'DELETE', path: ['*', 'users'], handle: removeUsers },
  { name: 'users.replace', method: 'POST', path: ['*', 'usersreplace'], handle: replaceUsers },
  {
    name: 'sessions.list',
    method: 'GET',
    path: ['*', 'sessions'],
    handle: plain(listAudienceSessions),
  },
];

export interface RouteFound {
  readonly name: EndpointName;
  /** The id in the path: an ad account's ('act_…'), an audience's, or '' where there is none. */
  readonly target: string;
  readonly handle: Route['handle'];
}

export function findRoute(request: GraphRequest): RouteFound {
  const { method, path } = request;
  const [target = ''] = path;
  const sameplace = routes.filter((route) => isPath(route.path, path));
  const route = sameplace.find((candidate) => candidate.method === method);
  if (route !== undefined) return { name: route.name, target, handle: route.handle };
  if (sameplace.length > 0) throw graphErrors.noSuchObject(target, method.toLowerCase());
  throw graphErrors.unknownPath(`/${path.slice(1).join('/')}`);
}

function isPath(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, place) => {
      const given = path[place] ?? '';
      if (part === '*') return /^\d+$/.test(given);
      return part === 'act_*' ? /^act_\d+$/.test(given) : part === given;
    })
  );
}
