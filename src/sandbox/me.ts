import type { WireAdAccount, WireDebugToken, WirePage, WirePermission } from '#meta/wire.ts';
import { type AccessToken, deathOf, findToken } from './access-tokens.ts';
import { graphErrors } from './graph-error.ts';
import { listAccountAudiences } from './audiences.ts';
import { edgeRequest, type Field, parseFields, selectFields } from './fields.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { pageOf } from './paging.ts';
import type { Simulation } from './simulation.ts';
import { authenticate } from './permissions.ts';
import { type Account, findAccount, listAccounts, partner, person } from './world.ts';

const userFields = {
  type: 'User',
  known: new Set(['id', 'name']),
  defaults: ['id', 'name'],
};

const accountFields = {
  type: 'AdAccount',
  known: new Set([
    'id',
    'account_id',
    'account_status',
    'business',
    'capabilities',
    'currency',
    'disable_reason',
    'name',
    'timezone_name',
    'tos_accepted',
    'user_tasks',
    'user_tos_accepted',
  ]),
  defaults: ['id', 'account_id'],
};

/** GET /me */
export function readMe(simulation: Simulation, request: GraphRequest): object {
  const user = userOf(simulation, callerOf(simulation, request));
  const below = (
    name: string,
    list: (simulation: Simulation, request: GraphRequest) => object,
  ) => ({
    [name]: (field: Field) => list(simulation, edgeRequest(request, ['me', name], field)),
  });
  return selectFields({ ...user }, parseFields(textParam(request, 'fields')), userFields, {
    ...below('adaccounts', listMyAccounts),
    ...below('businesses', listMyBusinesses),
    ...below('permissions', listMyPermissions),
  });
}

/** GET /me/permissions */
export function listMyPermissions(
  simulation: Simulation,
  request: GraphRequest,
): { data: WirePermission[] } {
  const { scopes, declined } = callerOf(simulation, request);
  return {
    data: [
      ...scopes.map((permission) => ({ permission, status: 'granted' }) as const),
      ...declined.map((permission) => ({ permission, status: 'declined' }) as const),
    ],
  };
}

/** GET /me/businesses */
export function listMyBusinesses(
  { world }: Simulation,
  request: GraphRequest,
): WirePage<{ id: string; name: string }> {
  return pageOf(request, [world.business], () => 0);
}

/** GET /me/adaccounts */
export function listMyAccounts(simulation: Simulation, request: GraphRequest): object {
  return listAccountsWhere(simulation, request, () => true);
}

/** GET /{business}/owned_ad_accounts */
export function listOwnedAccounts(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): object {
  if (id !== simulation.world.business.id) throw graphErrors.noSuchObject(id, 'get');
  return listAccountsWhere(simulation, request, ({ owner }) => owner === 'own');
}

/** GET /{business}/client_ad_accounts: those that others let it work in. */
export function listClientAccounts(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): object {
  if (id !== simulation.world.business.id) throw graphErrors.noSuchObject(id, 'get');
  return listAccountsWhere(simulation, request, ({ owner }) => owner === 'partner');
}

function listAccountsWhere(
  simulation: Simulation,
  request: GraphRequest,
  isWanted: (account: Account) => boolean,
): object {
  const fields = parseFields(textParam(request, 'fields'));
  const { accounts: reached } = callerOf(simulation, request);
  const accounts = listAccounts(simulation.state)
    .filter((account) => reached === null || reached.includes(account.id))
    .filter(isWanted)
    .map((account, place) => ({ account, place }));
  const page = pageOf(request, accounts, ({ place }) => -place);
  return {
    ...page,
    data: page.data.map(({ account }) => selectAccount(simulation, request, account, fields)),
  };
}

/** GET /act_X */
export function readAccountNode(simulation: Simulation, request: GraphRequest, id: string): object {
  const account = findAccount(simulation.state, id);
  if (account === null) throw graphErrors.noSuchObject(id, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  return selectAccount(simulation, request, account, fields);
}

function selectAccount(
  simulation: Simulation,
  request: GraphRequest,
  account: Account,
  fields: readonly Field[],
): Record<string, unknown> {
  return selectFields(accountNode(simulation, account), fields, accountFields, {
    customaudiences: (field) =>
      listAccountAudiences(
        simulation,
        edgeRequest(request, [account.id, 'customaudiences'], field),
        account.id,
      ),
  });
}

/**
 * GET /debug_token. A token that is no token is still HTTP 200, with is_valid false; so says the
 * guide on debugging tokens (read 2026-09-12). What kind it calls a system user's is not confirmed.
 */
export function debugToken(simulation: Simulation, request: GraphRequest): WireDebugToken {
  const { state, world, clock } = simulation;
  const input = textParam(request, 'input_token');
  if (input === null) throw graphErrors.missingParameter('input_token');
  const app = { app_id: world.app.id, application: world.app.name };
  const token = findToken(state, input);
  if (token === null) {
    const error = { code: 190, message: 'Invalid OAuth access token.' };
    return { data: { ...app, is_valid: false, error, scopes: [] } };
  }
  const { kind, scopes, accounts, expiresAt, issuedAt } = token;
  const targets = accounts === null ? {} : { target_ids: accounts.map((id) => id.slice(4)) };
  const subcode = deathOf(token, clock());
  const { message = '' } = subcode === null ? {} : graphErrors.deadToken(subcode);
  return {
    data: {
      ...app,
      type: kind,
      data_access_expires_at: kind === 'USER' ? seconds(issuedAt + dataAccessMs) : 0,
      expires_at: expiresAt === null ? 0 : seconds(expiresAt),
      is_valid: subcode === null,
      ...(subcode === null ? {} : { error: { code: 190, message, subcode } }),
      ...(expiresAt === null ? {} : { issued_at: seconds(issuedAt) }),
      scopes: [...scopes],
      granular_scopes: scopes.map((scope) => ({ scope, ...targets })),
      user_id: userOf(simulation, token).id,
    },
  };
}

/** An app loses a person's data after 90 days without them. */
const dataAccessMs = 90 * 86_400_000;

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/** The token that a call was made with; permissions.ts has let it through. */
function callerOf(simulation: Simulation, request: GraphRequest): AccessToken {
  const token = authenticate(simulation, request);
  if (token === null) throw graphErrors.noTokenForMe();
  return token;
}

function userOf({ world }: Simulation, { kind }: AccessToken): { id: string; name: string } {
  return kind === 'USER' ? person : world.systemUser;
}

function accountNode({ world }: Simulation, account: Account): Record<string, unknown> {
  const { owner } = account;
  const tos = account.hasAcceptedTerms ? { custom_audience_tos: 1 } : {};
  return {
    id: account.id,
    account_id: account.id.replace('act_', ''),
    account_status: account.status,
    ...(owner === null ? {} : { business: owner === 'own' ? world.business : partner }),
    capabilities: [...account.capabilities],
    currency: account.currency,
    disable_reason: account.disableReason,
    name: account.name,
    timezone_name: account.timeZone,
    tos_accepted: tos,
    user_tasks: [...account.tasks],
    user_tos_accepted: tos,
  } satisfies WireAdAccount;
}
