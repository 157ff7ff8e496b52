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

export interface Account {
  /** 'act_1000000000001' */
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly hasAcceptedTerms: boolean;
}

const accountsDefault: readonly Account[] = [
  { id: 'act_1000000000001', name: 'Harbour & Pine', currency: 'EUR', timeZone: 'Europe/Paris' },
  {
    id: 'act_1000000000002',
    name: 'Harbour & Pine UK',
    currency: 'GBP',
    timeZone: 'Europe/London',
  },
  {
    id: 'act_1000000000003',
    name: 'Harbour & Pine US',
    currency: 'USD',
    timeZone: 'America/New_York',
  },
].map((account) => ({ ...account, hasAcceptedTerms: true }));

/** The world of this state; made at the first start, the same ever after. */
export function openWorld(state: State, random: () => number): World {
  const kept = state.sql.get`select value from fact where name = 'world'`?.['value'];
  if (kept !== undefined) return JSON.parse(String(kept)) as World;
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
    for (const { id, name, ...details } of accountsDefault) {
      const text = JSON.stringify(details);
      state.sql.run`insert into account (id, name, details) values (${id}, ${name}, ${text})`;
    }
  });
  return world;
}

export function listAccounts({ sql }: State): Account[] {
  return sql.all`select id, name, details from account order by id`.map(readAccount);
}

export function findAccount({ sql }: State, id: string): Account | null {
  const row = sql.get`select id, name, details from account where id = ${id}`;
  return row === undefined ? null : readAccount(row);
}

function readAccount(row: Record<string, unknown>): Account {
  const details = JSON.parse(String(row['details'])) as Omit<Account, 'id' | 'name'>;
  return { id: String(row['id']), name: String(row['name']), ...details };
}

/** Digits of base `radix`, `length` of them. */
export function randomText(random: () => number, length: number, radix: number): string {
  return Array.from({ length }, () => Math.floor(random() * radix).toString(radix)).join('');
}
