import { emptyBudget, type RateBudget } from '#domain/rate-budget.ts';
import type { Db, Store } from './db.ts';

/** Budgets of one scope by their names, and the moment by the clock they are kept in. */
export interface BudgetsNow {
  readonly budgets: readonly RateBudget[];
  readonly nowMs: number;
}

const nowMs = `(extract(epoch from muster_now()) * 1000)::float8`;

/** One statement that writes nothing, in the order of the names. */
export async function readBudgets(
  db: Db,
  scope: string,
  names: readonly string[],
): Promise<BudgetsNow> {
  const rows = await db.query<{ budget: RateBudget | null; nowMs: number }>(
    `select b.budget, ${nowMs} as "nowMs"
     from unnest($2::text[]) with ordinality as n(name, place)
     left join rate_budget b on b.scope = $1 and b.ad_account = n.name order by n.place`,
    [scope, names],
  );
  return {
    budgets: rows.map(({ budget }) => budget ?? emptyBudget),
    nowMs: rows[0]?.nowMs ?? 0,
  };
}

/** Changes budgets while nobody else can; `change` may give null to leave them as they are. */
export async function changeBudgets(
  store: Store,
  scope: string,
  names: readonly string[],
  change: (now: BudgetsNow) => readonly RateBudget[] | null,
): Promise<void> {
  await store.tx(async (tx) => {
    // Always in one order, so that two who change several never wait for each other in a circle.
    await tx.query(
      `insert into rate_budget (scope, ad_account, budget, updated_at)
       select $1, name, $3, muster_now() from unnest($2::text[]) as name order by name
       on conflict do nothing`,
      [scope, names, JSON.stringify(emptyBudget)],
    );
    await tx.query(
      `select from rate_budget where scope = $1 and ad_account = any($2)
       order by ad_account for update`,
      [scope, names],
    );
    const changed = change(await readBudgets(tx, scope, names));
    if (changed === null) return;
    await tx.query(
      `update rate_budget b set budget = n.budget, updated_at = muster_now()
       from unnest($2::text[], $3::jsonb[]) as n(name, budget)
       where b.scope = $1 and b.ad_account = n.name`,
      [scope, names, changed.map((budget) => JSON.stringify(budget))],
    );
  });
}
