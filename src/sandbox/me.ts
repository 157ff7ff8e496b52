import type { WireAdAccount, WireDebugToken, WirePage, WirePermission } from '#meta/wire.ts';
import { graphErrors } from './graph-error.ts';
import { parseFields, selectFields } from './fields.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { pageOf } from './paging.ts';
import type { Simulation } from './simulation.ts';
import { type Account, findAccount, listAccounts } from './world.ts';

const grantedScopes = ['ads_management', 'ads_read', 'business_management'] as const;

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
export function readMe({ world }: Simulation, request: GraphRequest): object {
  return selectFields(
    { ...world.systemUser },
    parseFields(textParam(request, 'fields')),
    userFields,
  );
}

/** GET /me/permissions */
export function listMyPermissions(): { data: WirePermission[] } {
  return { data: grantedScopes.map((permission) => ({ permission, status: 'granted' })) };
}

/** GET /me/businesses */
export function listMyBusinesses(
  { world }: Simulation,
  request: GraphRequest,
): WirePage<{ id: string; name: string }> {
  return pageOf(request, [world.business], () => 0);
}

/** GET /{business}/client_ad_accounts: those of others, which this world has none of. */
export function listClientAccounts(
  { world }: Simulation,
  _request: GraphRequest,
  id: string,
): WirePage<WireAdAccount> {
  if (id !== world.business.id) throw graphErrors.noSuchObject(id, 'get');
  return { data: [] };
}

/** GET /{business}/owned_ad_accounts */
export function listOwnedAccounts(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): object {
  if (id !== simulation.world.business.id) throw graphErrors.noSuchObject(id, 'get');
  return listMyAccounts(simulation, request);
}

/** GET /me/adaccounts */
export function listMyAccounts(simulation: Simulation, request: GraphRequest): object {
  const fields = parseFields(textParam(request, 'fields'));
  const accounts = listAccounts(simulation.state).map((account, place) => ({ account, place }));
  const page = pageOf(request, accounts, ({ place }) => -place);
  return {
    ...page,
    data: page.data.map(({ account }) =>
      selectFields(accountNode(simulation, account), fields, accountFields),
    ),
  };
}

/** GET /act_X */
export function readAccountNode(simulation: Simulation, request: GraphRequest, id: string): object {
  const account = findAccount(simulation.state, id);
  if (account === null) throw graphErrors.noSuchObject(id, 'get');
  const fields = parseFields(textParam(request, 'fields'));
  return selectFields(accountNode(simulation, account), fields, accountFields);
}

/**
 * GET /debug_token. A token that is no token is still HTTP 200, with is_valid false; so says the
 * guide on debugging tokens (read 2026-09-12).
 */
export function debugToken({ world }: Simulation, request: GraphRequest): WireDebugToken {
  const input = textParam(request, 'input_token');
  if (input === null) throw graphErrors.missingParameter('input_token');
  if (input !== world.token) {
    return {
      data: {
        app_id: world.app.id,
        application: world.app.name,
        is_valid: false,
        error: { code: 190, message: 'Invalid OAuth access token.' },
        scopes: [],
      },
    };
  }
  return {
    data: {
      app_id: world.app.id,
      type: 'SYSTEM_USER',
      application: world.app.name,
      data_access_expires_at: 0,
      expires_at: 0,
      is_valid: true,
      scopes: [...grantedScopes],
      granular_scopes: grantedScopes.map((scope) => ({ scope })),
      user_id: world.systemUser.id,
    },
  };
}

function accountNode({ world }: Simulation, account: Account): Record<string, unknown> {
  const tos = account.hasAcceptedTerms ? { custom_audience_tos: 1 } : {};
  return {
    id: account.id,
    account_id: account.id.replace('act_', ''),
    account_status: 1,
    business: world.business,
    capabilities: [],
    currency: account.currency,
    disable_reason: 0,
    name: account.name,
    timezone_name: account.timeZone,
    tos_accepted: tos,
    user_tasks: ['DRAFT', 'ANALYZE', 'ADVERTISE', 'MANAGE'],
    user_tos_accepted: tos,
  } satisfies WireAdAccount;
}
