import { createHmac } from 'node:crypto';
import { type AccessToken, deathOf, findToken } from './access-tokens.ts';
import { findAudience } from './audience-records.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import type { EndpointName, RouteFound } from './routes.ts';
import type { Simulation } from './simulation.ts';
import { type Account, findAccount } from './world.ts';

/** What a call asks of its token: nothing, to be a live one, or a permission. */
type Need = 'nothing' | 'a token' | 'ads_read' | 'ads_management' | 'business_management';

const needs: Readonly<Record<EndpointName, Need>> = {
  me: 'a token',
  'me.adaccounts': 'ads_read',
  'me.permissions': 'a token',
  'me.businesses': 'business_management',
  debug_token: 'a token',
  'oauth.accessToken': 'nothing',
  'oauth.revoke': 'nothing',
  'systemUser.tokens': 'business_management',
  'business.ownedAccounts': 'business_management',
  'business.clientAccounts': 'business_management',
  'account.read': 'ads_read',
  'audiences.list': 'ads_read',
  'audiences.create': 'ads_management',
  'audience.read': 'ads_read',
  'audience.update': 'ads_management',
  'audience.delete': 'ads_management',
  'users.add': 'ads_management',
  'users.remove': 'ads_management',
  'users.replace': 'ads_management',
  'users.removeFromAll': 'ads_management',
  'sessions.list': 'ads_read',
  'ads.sets': 'ads_read',
  'ads.insights': 'ads_read',
};

/** Refuses a call that its token, the token's role or the state of the ad account does not allow. */
export function checkPermission(
  simulation: Simulation,
  caller: AccessToken | null,
  { name, target }: RouteFound,
): void {
  const need = needs[name];
  if (need === 'nothing') return;
  if (caller === null) {
    // The app speaks for itself, and an app has neither ad accounts nor a name.
    if (name === 'debug_token') return;
    throw name.startsWith('me') ? graphErrors.noTokenForMe() : graphErrors.noPermission();
  }
  if (!isGranted(caller, need)) {
    throw need === 'business_management'
      ? graphErrors.noBusinessPermission()
      : graphErrors.noPermission();
  }
  const account = accountOf(simulation, target);
  if (account !== null) checkAccount(simulation, caller, account, { name, target });
}

/** Whose token a request carries; null for the app's own. Throws where it is none, or dead. */
export function authenticate(simulation: Simulation, request: GraphRequest): AccessToken | null {
  const { state, world, clock } = simulation;
  const { token: text, path } = request;
  if (text === null) throw path[0] === 'me' ? graphErrors.noTokenForMe() : graphErrors.noToken();
  checkProof(simulation, request, text);
  if (text === `${world.app.id}|${world.app.secret}`) return null;
  const token = findToken(state, text);
  if (token === null) throw graphErrors.badToken();
  const subcode = deathOf(token, clock());
  if (subcode !== null) throw graphErrors.deadToken(subcode);
  return token;
}

function isGranted({ scopes }: AccessToken, need: Need): boolean {
  if (need === 'a token' || scopes.includes(need)) return true;
  return need === 'ads_read' && scopes.includes('ads_management');
}

/** The ad account that a call is about; null where it is about none, or none that is there. */
export function accountOf({ state }: Simulation, target: string): Account | null {
  if (target.startsWith('act_')) return findAccount(state, target);
  const audience = /^\d+$/.test(target) ? findAudience(state, target) : null;
  return audience === null ? null : findAccount(state, audience.account);
}

/**
 * Which of these Meta says first is not documented. An audience that the token may not see looks
 * like one that is not there.
 */
function checkAccount(
  { settings }: Simulation,
  token: AccessToken,
  account: Account,
  { name, target }: Pick<RouteFound, 'name' | 'target'>,
): void {
  if (token.accounts !== null && !token.accounts.includes(account.id)) {
    throw target === account.id
      ? graphErrors.noPermission()
      : graphErrors.noSuchObject(target, 'get');
  }
  if (account.owner === 'partner' && settings().tier === 'development_access') {
    throw graphErrors.accessTooLow();
  }
  if (needs[name] !== 'ads_management') return;
  if (!account.tasks.includes('ADVERTISE') && !account.tasks.includes('MANAGE')) {
    throw name === 'audiences.create' ? graphErrors.notWritable() : graphErrors.noRole();
  }
  if (account.owner === null) throw graphErrors.noBusiness();
}

/** A proof need not be sent; one that is sent has to be right, and one with a time for 5 minutes. */
function checkProof({ world, clock }: Simulation, request: GraphRequest, token: string): void {
  const proof = textParam(request, 'appsecret_proof');
  if (proof === null) return;
  const time = textParam(request, 'appsecret_time');
  const message = time === null ? token : `${token}|${time}`;
  const expected = createHmac('sha256', world.app.secret).update(message).digest('hex');
  const isLate = time !== null && Math.abs(clock() / 1000 - Number(time)) > 300;
  if (proof !== expected || isLate) throw graphErrors.badProof();
}
