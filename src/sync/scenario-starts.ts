import type { Happening } from '#automations/happening.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Received } from '#profiles/receive-calls.ts';
import { readDatabase } from '#store/databases.ts';
import { one, type Tx } from '#store/db.ts';
import { readProfiles } from '#store/profiles.ts';
import { activeScenarios, readScenarioRow, type Scenario, takeLooking } from '#store/scenarios.ts';
import { everybodyMatching, type NewWalk, traitValues } from '#store/walks.ts';
import type { Muster } from './muster.ts';
import { findNamed, type NamedPeople, type UnknownPeople } from './named-people.ts';
import { programOf } from './scenario-program.ts';
import { membershipOf } from './scope.ts';
import { type RunningScenario, startWalks } from './walks.ts';

/**
 * Starts whomever calls give a reason to, in the transaction that makes the calls part of profiles:
 * each reason once, at the moment when Muster hears of it. Files give none (features.md P-08).
 */
export async function startByCalls(
  tx: Tx,
  databaseId: number,
  { events, changes }: Received,
): Promise<void> {
  if (events.length + changes.length === 0) return;
  const running = (await activeScenarios(tx, databaseId)).map(runningOf);
  const listening = running.filter(({ program }) => program.start !== null);
  if (listening.length === 0) return;
  const { xid } = await one<{ xid: string }>(tx, 'select pg_current_xact_id()::text as xid');
  const happened: { readonly cause: string; readonly happening: Happening }[] = [
    ...changes.map((change) => ({
      cause: `change ${xid}`,
      happening: { kind: 'change', ...change } as const,
    })),
    ...events.map(({ profileId, name, properties, messageId }) => ({
      cause: `event ${messageId}`,
      happening: { kind: 'event', profileId, name, properties: { ...properties } } as const,
    })),
  ];
  const starting = listening.map((one) => ({
    running: one,
    walks: happened
      .filter(({ happening }) => one.program.start?.matches(happening) === true)
      .map(({ cause, happening: { profileId } }) => ({ profileId, cause })),
  }));
  const begun = starting.filter(({ walks }) => walks.length > 0);
  if (begun.length > 0) await startWalks(tx, begun);
}

/**
 * The same for a yes or a no that somebody gave us directly; after it is written down, for a no waits for
 * nothing.
 */
export async function startByConsent(
  tx: Tx,
  who: {
    readonly databaseId: number;
    readonly profileId: number;
    readonly before: boolean | null;
  },
): Promise<void> {
  const { databaseId, profileId, before } = who;
  const after = (await readProfiles(tx, databaseId, [profileId])).get(profileId);
  if (after === undefined || after.consent === before) return;
  const change = { profileId, appears: false, before: { ...after, consent: before }, after };
  await startByCalls(tx, databaseId, { events: [], changes: [change] });
}

function runningOf(scenario: Scenario): RunningScenario {
  return { scenario, program: programOf(scenario) };
}

/**
 * Starts those whom the rule of a scenario, or a date that comes near, finds today. One scenario at a
 * time; any number of workers may do so beside each other.
 * @returns false when none has to look.
 */
export async function startByLooking({ store }: Pick<Muster, 'store'>): Promise<boolean> {
  return await store.tx(async (tx) => {
    const id = await takeLooking(tx);
    if (id === null) return false;
    const running = runningOf(await readScenarioRow(tx, id));
    await startWalks(tx, [{ running, walks: await foundToday(tx, running) }]);
    return true;
  });
}

/** Behind the parameters of everybodyMatching. */
const FIRST_PARAM = 2;

async function foundToday(
  tx: Tx,
  { scenario: { databaseId }, program: { daily, start } }: RunningScenario,
): Promise<NewWalk[]> {
  const { today } = await one<{ today: string }>(
    tx,
    `select to_char(muster_now() at time zone 'UTC', 'YYYY-MM-DD') as today`,
  );
  const found: NewWalk[] = [];
  const look = async (rule: unknown, cause: string): Promise<void> => {
    const condition = await membershipOf(tx, databaseId, rule, FIRST_PARAM);
    const ids = await everybodyMatching(tx, databaseId, condition);
    found.push(...ids.map((profileId) => ({ profileId, cause })));
  };
  if (daily !== null) await look(daily, `day ${today}`);
  for (const { name, days } of start?.dates ?? []) {
    const rule = { trait: name, op: 'within_next', value: { days } };
    const condition = await membershipOf(tx, databaseId, rule, FIRST_PARAM);
    const ids = await everybodyMatching(tx, databaseId, condition);
    // The date is part of the cause: it comes near day by day and starts them once.
    const dates = await traitValues(tx, databaseId, ids, name);
    found.push(...dates.map(({ profileId, value }) => ({ profileId, cause: `${name} ${value}` })));
  }
  return found;
}

export interface StartReport {
  readonly started: number;
  /** Were named and did not start: on their way already by the same cause, or as often as they may. */
  readonly held: number;
  readonly unknown: UnknownPeople;
}

/**
 * Starts people by name, or whom a rule finds.
 * @param who.cause the same cause starts the same person once
 * @throws MusterError SCENARIO_INACTIVE
 */
export async function startByName(
  muster: Muster,
  find: (tx: Tx) => Promise<Scenario>,
  who: {
    readonly people: NamedPeople;
    readonly rule: unknown;
    readonly cause: string;
    readonly unasked: boolean;
  },
): Promise<StartReport> {
  return await muster.store.tx(async (tx) => {
    const scenario = await find(tx);
    const called = scenario.name ?? scenario.audience ?? '';
    if (scenario.state !== 'active') throw new MusterError('SCENARIO_INACTIVE', `“${called}”`);
    const running = runningOf(scenario);
    const ids = new Set<number>();
    const database = await readDatabase(tx, scenario.databaseId);
    const unknown = await findNamed(muster, tx, database, who.people, (found) => {
      for (const id of found) ids.add(id);
      return Promise.resolve();
    });
    if (who.rule !== null) {
      const condition = await membershipOf(tx, scenario.databaseId, who.rule, FIRST_PARAM);
      for (const id of await everybodyMatching(tx, scenario.databaseId, condition)) ids.add(id);
    }
    const walks = [...ids].map((profileId) => ({ profileId, cause: `by hand ${who.cause}` }));
    const [started = 0] = await startWalks(tx, [{ running, walks, unasked: who.unasked }]);
    return { started, held: ids.size - started, unknown };
  });
}
