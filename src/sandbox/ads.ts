import { z } from 'zod';
import { readJson, refuse } from './admin-input.ts';
import { mustFindAccount } from './audience-access.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, textParam } from './graph-request.ts';
import { pageOf } from './paging.ts';
import type { Simulation } from './simulation.ts';
import type { State } from './state.ts';

const id = z.string().regex(/^\d{1,30}$/);

/** An ad set, and what Meta would say of it day by day. Money is in the account's currency. */
const adSet = z.strictObject({
  id,
  account: z.string().regex(/^act_\d{1,30}$/),
  name: z.string().max(400),
  status: z.string().default('ACTIVE'),
  audiences: z.array(id).default([]),
  excluded: z.array(id).default([]),
  days: z
    .array(
      z.strictObject({
        day: z.iso.date(),
        impressions: z.int().nonnegative(),
        spend: z.number().nonnegative(),
        purchases: z.int().nonnegative().default(0),
      }),
    )
    .default([]),
});

const planted = z.strictObject({ adSets: z.array(adSet).max(1_000) });

type AdSet = z.output<typeof adSet>;

/** GET and POST /_sandbox/ads: the ad sets that a test plants; all of them, each time. */
export async function answerAds({ state }: Simulation, request: Request): Promise<Response> {
  if (request.method === 'GET') return Response.json({ adSets: listAdSets(state) ?? [] });
  const wanted = planted.safeParse(await readJson(request));
  if (!wanted.success) return refuse(z.prettifyError(wanted.error));
  const value = JSON.stringify(wanted.data.adSets);
  state.sql.run`insert or replace into fact (name, value) values ('ads', ${value})`;
  return Response.json(wanted.data);
}

/** GET act_X/adsets */
export function listAccountAdSets(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  const page = pageOf(request, adSetsOf(simulation, accountId), ({ id }) => -Number(id));
  return {
    ...page,
    data: page.data.map(({ id, name, status, audiences, excluded }) => ({
      ...{ id, name, effective_status: status },
      targeting: {
        ...(audiences.length === 0 ? {} : { custom_audiences: audiences.map(named) }),
        ...(excluded.length === 0 ? {} : { excluded_custom_audiences: excluded.map(named) }),
      },
    })),
  };
}

/** GET act_X/insights, by ad set and by day; numbers come as texts, as Meta writes them. */
export function readAccountInsights(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
): object {
  if (textParam(request, 'level') !== 'adset' || textParam(request, 'time_increment') !== '1') {
    throw graphErrors.badParameter('The sandbox gives insights by ad set and by day only');
  }
  const { since, until } = rangeOf(request);
  const rows = adSetsOf(simulation, accountId).flatMap(({ id: adSetId, days }) =>
    days.filter(({ day }) => day >= since && day <= until).map((one) => ({ ...one, adSetId })),
  );
  const numbered = rows.map((row, i) => ({ row, key: -i }));
  const page = pageOf(request, numbered, ({ key }) => key);
  return {
    ...page,
    data: page.data.map(({ row: { adSetId, day, impressions, spend, purchases } }) => ({
      ...{ adset_id: adSetId, date_start: day, date_stop: day },
      ...{ impressions: String(impressions), spend: String(spend) },
      ...(purchases === 0
        ? {}
        : { actions: [{ action_type: 'purchase', value: String(purchases) }] }),
    })),
  };
}

function named(audience: string): object {
  return { id: audience };
}

/** Who planted none may not look: the permission is part of what a test plants. */
function adSetsOf(simulation: Simulation, accountId: string): AdSet[] {
  const account = mustFindAccount(simulation, accountId, 'get');
  const all = listAdSets(simulation.state);
  if (all === null) throw graphErrors.noPermission();
  return all
    .filter((one) => one.account === account.id)
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

function listAdSets({ sql }: State): AdSet[] | null {
  const kept = sql.get`select value from fact where name = 'ads'`?.['value'];
  return kept === undefined ? null : (JSON.parse(String(kept)) as AdSet[]);
}

function rangeOf(request: GraphRequest): { since: string; until: string } {
  const given = request.params['time_range'];
  const range: unknown = typeof given === 'string' ? JSON.parse(given) : given;
  const read = z.object({ since: z.iso.date(), until: z.iso.date() }).safeParse(range);
  if (!read.success) throw graphErrors.badParameter('Param time_range must be a range of days');
  return read.data;
}
