import type { Simulation } from './simulation.ts';
import type { State } from './state.ts';

/** One thing that took effect: what was asked, and what it did to the rows and people held. */
export interface Operation {
  readonly account: string;
  readonly audience: string;
  readonly kind: 'add' | 'remove' | 'replace' | 'expire';
  readonly sessionId: string;
  readonly schema: readonly string[];
  readonly received: number;
  readonly invalid: number;
  readonly rows: { readonly before: number; readonly after: number };
  readonly people: { readonly before: number; readonly after: number };
}

/** Writes down what took effect, in the transaction in which it does. */
export function recordOperation({ state, clock }: Simulation, operation: Operation): void {
  const { account, audience, kind, ...details } = operation;
  state.sql.run`
    insert into operation (at, account, audience, kind, details)
    values (${clock()}, ${account}, ${audience}, ${kind}, ${JSON.stringify(details)})`;
}

/** The last ones, the newest last; of one audience, or of all where that is null. */
export function listOperations(
  { sql }: State,
  audience: string | null,
  limit: number,
): Record<string, unknown>[] {
  const newest = sql.all`
    select id, at, account, audience, kind, details from operation
    where ${audience} is null or audience = ${audience}
    order by id desc limit ${limit}`;
  return newest.reverse().map(({ id, at, details, ...place }) => ({
    id: Number(id),
    at: new Date(Number(at)).toISOString(),
    ...place,
    ...(JSON.parse(String(details)) as object),
  }));
}
