import { findToken, keepToken, scopesKnown } from './access-tokens.ts';
import type { State } from './state.ts';

/** What exists before anybody has asked for anything: a business, its ad accounts, one token. */
export interface World {
  readonly business: { readonly id: string; readonly name: string };
  readonly app: { readonly id: string; readonly name: string; readonly secret: string };
  readonly systemUser: { readonly id: string; readonly name: string };
  /** The never-expiring token of the system user, with ads_management. */
  readonly token: string;
  readonly populationSeed: number;
}

/** Whoever sits before the browser: logs in, and may sign terms, which no system user can. */
export const person = { id: '100000000000002', name: 'Robin Harbour' };
/** A business that lets ours work in an ad account of its own. */
export const partner = { id: '2000000000002', name: 'Lighthouse Travel Inc' };

export interface Account {
  /** 'act_1000000000001' */
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly hasAcceptedTerms: boolean;
  /** Whose it is: our business's, the partner's, or nobody's. */
  readonly owner: 'own' | 'partner' | null;
  /** What the token's user may do in it. */
  readonly tasks: readonly string[];
  /** As `account_status`: 1 active, 2 disabled, … */
  readonly status: number;
  readonly disableReason: number;
  readonly capabilities: readonly string[];
}

export const tasksKnown = ['DRAFT', 'ANALYZE', 'ADVERTISE', 'MANAGE'] as const;

const accountDefault: Omit<Account, 'id' | 'name'> = {
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  hasAcceptedTerms: true,
  owner: 'own',
  tasks: tasksKnown,
  status: 1,
  disableReason: 0,
  capabilities: [],
};

const firstAccounts: readonly (Partial<Account> & Pick<Account, 'name'>)[] = [
  { name: 'Harbour & Pine' },
  { name: 'Harbour & Pine UK', currency: 'GBP', timeZone: 'Europe/London' },
  { name: 'Harbour & Pine US', currency: 'USD', timeZone: 'America/New_York' },
];

/** The ad account in which others have made audiences of every kind. */
export const fixtureAccount = 'act_1000000000003';

/** The world of this state; made at the first start, the same ever after. */
export function openWorld(state: State, random: () => number): World {
  const kept = state.sql.get`select value from fact where name = 'world'`?.['value'];
  if (kept !== undefined) return withToken(state, JSON.parse(String(kept)) as World);
  const world: World = {
    business: { id: '2000000000001', name: 'Harbour & Pine Ltd' },
    app: { id: '3000000000001', name: 'Sandbox app', secret: randomText(random, 32, 16) },
    systemUser: { id: '100000000000001', name: 'Sandbox system user' },
    // Real ones begin with EAA too; the rest says what this one is to whoever finds it in a file.
    token: `EAAsandbox${randomText(random, 48, 36)}`,
    populationSeed: Math.floor(random() * 2 ** 32),
  };
  state.transact(() => {
    const value = JSON.stringify(world);
    state.sql.run`insert into fact (name, value) values ('world', ${value})`;
    for (const account of firstAccounts) makeAccount(state, account);
  });
  return withToken(state, world);
}

/** States of before tokens were kept know only the world's own. */
function withToken(state: State, world: World): World {
  if (findToken(state, world.token) === null) {
    keepToken(state, {
      token: world.token,
      kind: 'SYSTEM_USER',
      issuedAt: 0,
      expiresAt: null,
      scopes: scopesKnown,
      declined: [],
      accounts: null,
      endedBy: null,
    });
  }
  return world;
}

/** Numbered one after the other, so that everybody's first is the same. */
export function makeAccount(state: State, account: Partial<Account> & { name: string }): Account {
  const last = listAccounts(state).at(-1)?.id.slice(4) ?? '1000000000000';
  const made = { ...accountDefault, ...account, id: `act_${BigInt(last) + 1n}` };
  keepAccount(state, made);
  return made;
}

export function keepAccount({ sql }: State, { id, name, ...details }: Account): void {
  const text = JSON.stringify(details);
  sql.run`
    insert into account (id, name, details) values (${id}, ${name}, ${text})
    on conflict (id) do update set name = excluded.name, details = excluded.details`;
}

export function listAccounts({ sql }: State): Account[] {
  return sql.all`select id, name, details from account order by id`.map(readAccount);
}

export function findAccount({ sql }: State, id: string): Account | null {
  const row = sql.get`select id, name, details from account where id = ${id}`;
  return row === undefined ? null : readAccount(row);
}

function readAccount(row: Record<string, unknown>): Account {
  const details = JSON.parse(String(row['details'])) as Partial<Account>;
  return { ...accountDefault, ...details, id: String(row['id']), name: String(row['name']) };
}

/** Digits of base `radix`, `length` of them. */
export function randomText(random: () => number, length: number, radix: number): string {
  return Array.from({ length }, () => Math.floor(random() * radix).toString(radix)).join('');
}
