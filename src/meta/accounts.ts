import type { Answer } from './answer.ts';
import { adAccountNode, nodeId } from './ids.ts';
import { asId, asList, asNumber, asObject, asText, type JsonObject } from './json.ts';
import { listAll } from './pages.ts';
import type { Call, Requester } from './request.ts';
import { termsPage } from './terms-page.ts';
import { accountStatuses, customAudienceTerms, edges, params, paths } from './wire.ts';
import type { WireAdAccount } from './wire.ts';

export interface Named {
  readonly id: string;
  readonly name: string | null;
}

export interface AdAccount {
  /** `act_<number>`. */
  readonly id: string;
  readonly name: string | null;
  /** Meta's word, such as ACTIVE; a number that it has not explained comes as it is. */
  readonly status: string | null;
  /** Whether ads can run: a grace period and a pending settlement still let them. */
  readonly active: boolean;
  readonly disableReason: number | null;
  readonly currency: string | null;
  readonly timeZone: string | null;
  /** Null when no business portfolio owns it, and then customer lists do not work. */
  readonly business: Named | null;
  /** Whether a person of the business accepted the terms for customer lists. */
  readonly termsAccepted: boolean;
  /** Where a person accepts them. */
  readonly termsLink: string;
  /** What the token's own user may do: MANAGE, ADVERTISE, ANALYZE, … */
  readonly userTasks: readonly string[];
}

const fields = [
  'id',
  'account_id',
  'name',
  'account_status',
  'disable_reason',
  'currency',
  'timezone_name',
  'business',
  'tos_accepted',
  'user_tasks',
] as const satisfies readonly (keyof WireAdAccount)[];

const accountsAtOnce = 50;
const activeStatuses: ReadonlySet<number> = new Set([1, 8, 9, 201]);

export function createAccounts(requester: Requester) {
  function listAccounts(path: string): AsyncGenerator<AdAccount, void, undefined> {
    const query = { [params.fields]: fields.join(',') };
    return listAll(requester, get(path, query), accountsAtOnce, readAccount);
  }

  function readAccount(body: JsonObject): AdAccount | null {
    return readAdAccount(body, requester.origin);
  }

  return {
    /** Whose token this is: a person, or a system user. */
    me(): Promise<Answer<Named>> {
      return requester.send(get(paths.me, { [params.fields]: 'id,name' }), readNamed);
    },

    /** The permissions granted to the token, such as ads_management. @throws MusterError */
    async permissions(): Promise<ReadonlySet<string>> {
      const granted = new Set<string>();
      const all = listAll(requester, get(paths.permissions, {}), accountsAtOnce, (item) => item);
      for await (const { permission, status } of all) {
        if (status === 'granted' && typeof permission === 'string') granted.add(permission);
      }
      return granted;
    },

    /** Every ad account the token reaches. @throws MusterError */
    adAccounts(): AsyncGenerator<AdAccount, void, undefined> {
      return listAccounts(`${paths.me}/${edges.adAccounts}`);
    },

    adAccount(account: string): Promise<Answer<AdAccount>> {
      const node = adAccountNode(account);
      const call = get(node, { [params.fields]: fields.join(',') });
      return requester.send({ ...call, account: node }, readAccount);
    },

    /** The businesses the token's user belongs to. @throws MusterError */
    businesses(): AsyncGenerator<Named, void, undefined> {
      const path = `${paths.me}/${edges.businesses}`;
      return listAll(requester, get(path, { [params.fields]: 'id,name' }), 50, readNamed);
    },

    /** The ad accounts a business owns, or those of others it works for. @throws MusterError */
    accountsOfBusiness(
      businessId: string,
      which: 'owned' | 'client',
    ): AsyncGenerator<AdAccount, void, undefined> {
      const edge = which === 'owned' ? edges.ownedAdAccounts : edges.clientAdAccounts;
      return listAccounts(`${nodeId(businessId)}/${edge}`);
    },
  };
}

/** A read that counts against no ad account. */
function get(path: string, query: Readonly<Record<string, string>>) {
  return { method: 'GET', path, account: null, query } as const satisfies Call;
}

function readNamed(body: JsonObject): Named | null {
  const id = asId(body['id']);
  return id === null ? null : { id, name: asText(body['name']) };
}

function readAdAccount(body: JsonObject, apiOrigin: string): AdAccount | null {
  const number = /^(?:act_)?(\d+)$/.exec(asId(body['id']) ?? '')?.[1];
  if (number === undefined) return null;
  const status = asNumber(body['account_status']);
  const business = asObject(body['business']);
  const terms = asNumber(asObject(body['tos_accepted'])?.[customAudienceTerms]);
  return {
    id: `act_${number}`,
    name: asText(body['name']),
    status: status === null ? null : statusWord(status),
    active: status !== null && activeStatuses.has(status),
    disableReason: asNumber(body['disable_reason']) || null,
    currency: asText(body['currency']),
    timeZone: asText(body['timezone_name']),
    business: business === null ? null : readNamed(business),
    termsAccepted: terms === 1,
    termsLink: termsPage(apiOrigin, number),
    userTasks: asList(body['user_tasks']).filter((task) => typeof task === 'string'),
  };
}

function statusWord(status: number): string {
  const words: Readonly<Record<number, string>> = accountStatuses;
  return words[status] ?? String(status);
}
