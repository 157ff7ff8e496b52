import { secondsOf } from '#automations/duration.ts';
import type { Program, Step } from '#automations/program.ts';
import { must } from '#domain/errors/assert.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type Audience, lockEvaluation, readAudience } from '#store/audiences.ts';
import type { Tx } from '#store/db.ts';
import { readConsentRule } from '#store/consent-settings.ts';
import { activeLink } from '#store/links.ts';
import {
  addToPlacing,
  beginPlacing,
  finishPlacing,
  readStandings,
  type Standing,
} from '#store/placed.ts';
import { lockScenarios, readScenarioRow, type Scenario } from '#store/scenarios.ts';
import {
  beginWalks,
  matchingAmong,
  moveWalkers,
  type NewWalk,
  noteSteps,
  postpone,
  readWalkers,
  scenarioDue,
  takeDue,
  type Walker,
} from '#store/walks.ts';
import { evaluate } from './evaluate.ts';
import type { Muster } from './muster.ts';
import { programOf } from './scenario-program.ts';
import { membershipOf } from './scope.ts';

/** A scenario with what it does, and the audiences that it fills. */
export interface RunningScenario {
  readonly scenario: Scenario;
  readonly program: Program;
}

/** People go at most so many at a time. */
const WALKERS_AT_ONCE = 1_000;

const TRY_AGAIN_SECONDS = 300;

/** People to start on a scenario. */
export interface Starting {
  readonly running: RunningScenario;
  readonly walks: readonly NewWalk[];
  /** Take every condition as met. */
  readonly unasked?: boolean;
}

/**
 * Starts people on scenarios and lets them go as far as they can now, in the transaction that it is
 * called in: it happens once, or what started them did not happen either. Where they cannot go they
 * wait, and whoever called is not held up.
 * @returns how many started, in the order of `starting`.
 */
export async function startWalks(tx: Tx, starting: readonly Starting[]): Promise<number[]> {
  const all = starting.map(({ running }) => running);
  await lockScenarios(
    tx,
    all.map(({ scenario }) => scenario.id),
  );
  const audiences = await lockAudiences(tx, all);
  const started: number[] = [];
  for (const { running, walks, unasked = false } of starting) {
    const { atMost, interval } = running.program.again;
    const intervalSeconds = interval === null ? null : secondsOf(interval);
    const limit = { atMost, intervalSeconds, unasked };
    const begun = await beginWalks(tx, running.scenario.id, walks, limit);
    started.push(begun.length);
    await tx.query('savepoint walk');
    try {
      await go(tx, running, audiences, begun);
      await tx.query('release savepoint walk');
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      // They are there and due: the workers try again, and say what is wrong.
      await tx.query('rollback to savepoint walk');
    }
  }
  return started;
}

/**
 * Lets people go on whose wait is over: those of one scenario, some at a time. Any number of workers
 * may do so beside each other.
 * @returns false when nobody's moment has come.
 * @throws MusterError when they cannot go; they are tried again later, and others are not held up
 */
export async function goOn({ store }: Pick<Muster, 'store'>): Promise<boolean> {
  const due = await scenarioDue(store);
  if (due === null) return false;
  try {
    return await store.tx(async (tx) => {
      const scenario = await readScenarioRow(tx, due);
      const running = { scenario, program: programOf(scenario) };
      const taken = await takeDue(tx, due, WALKERS_AT_ONCE);
      await go(tx, running, await lockAudiences(tx, [running]), taken);
      return taken.length > 0;
    });
  } catch (error) {
    if (error instanceof MusterError) await postpone(store, due, TRY_AGAIN_SECONDS);
    throw error;
  }
}

/** The audiences that they fill by number, locked in that order and looked at. */
async function lockAudiences(
  tx: Tx,
  running: readonly RunningScenario[],
): Promise<Map<number, Audience>> {
  const ids = running.flatMap(({ scenario }) => Object.values(scenario.audienceIds));
  const audiences = new Map<number, Audience>();
  for (const id of [...new Set(ids)].toSorted((a, b) => a - b)) {
    await lockEvaluation(tx, id);
    const audience = await readAudience(tx, id);
    const isUnseen = audience.feedPosition === null && audience.state !== 'deactivated';
    if (isUnseen) await evaluate(tx, audience);
    audiences.set(id, audience);
  }
  return audiences;
}

/** Each step once for all who stand before it: steps only lead to later ones. */
async function go(
  tx: Tx,
  { scenario, program }: RunningScenario,
  audiences: ReadonlyMap<number, Audience>,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  const standing = Map.groupBy(await readWalkers(tx, ids), ({ step }) => step);
  const enter = (step: number, walkers: readonly Walker[]): void => {
    if (walkers.length > 0) standing.set(step, [...(standing.get(step) ?? []), ...walkers]);
  };
  for (const [number, step] of program.steps.entries()) {
    const walkers = standing.get(number);
    if (walkers === undefined) continue;
    const walkIds = walkers.map(({ id }) => id);
    standing.delete(number);
    if (step.kind === 'exit') {
      await noteSteps(tx, walkIds, number, 'left');
      enter(program.steps.length, walkers);
    } else if (step.kind === 'wait') {
      const waitSeconds = secondsOf(step.wait);
      await noteSteps(tx, walkIds, number, 'waits');
      await moveWalkers(tx, walkIds, { step: step.next, waitSeconds });
    } else if (step.kind === 'ask') {
      const yes = await askRule(tx, scenario, step, walkers);
      const [met, others] = [walkers.filter(yes), walkers.filter((one) => !yes(one))];
      await noteAnswer(tx, number, met, 'yes');
      await noteAnswer(tx, number, others, 'no');
      enter(step.yes, met);
      enter(step.no, others);
    } else {
      const id = must(scenario.audienceIds[step.audience], 'it names its audiences');
      const audience = must(audiences.get(id), 'its audiences are locked');
      for (const [outcome, some] of await place(tx, audience, step, walkers)) {
        const walked = some.map((walker) => walker.id);
        await noteSteps(tx, walked, number, outcome);
      }
      enter(step.next, walkers);
    }
  }
  for (const walkers of standing.values()) {
    await moveWalkers(
      tx,
      walkers.map(({ id }) => id),
      null,
    );
  }
}

async function noteAnswer(
  tx: Tx,
  step: number,
  walkers: readonly Walker[],
  answer: 'yes' | 'no',
): Promise<void> {
  if (walkers.length === 0) return;
  await noteSteps(
    tx,
    walkers.map(({ id }) => id),
    step,
    answer,
  );
}

/** Behind the parameters of matchingAmong. */
const FIRST_PARAM = 3;

async function askRule(
  tx: Tx,
  { databaseId }: Scenario,
  { rule }: Extract<Step, { kind: 'ask' }>,
  walkers: readonly Walker[],
): Promise<(walker: Walker) => boolean> {
  const asked = walkers.filter(({ unasked }) => !unasked).map(({ profileId }) => profileId);
  if (asked.length === 0) return () => true;
  const condition = await membershipOf(tx, databaseId, rule, FIRST_PARAM);
  const found = await matchingAmong(tx, databaseId, asked, condition);
  return ({ unasked, profileId }) => unasked || found.has(profileId);
}

/** Puts them in or takes them out; who had which outcome. */
async function place(
  tx: Tx,
  audience: Audience,
  { adds }: Extract<Step, { kind: 'place' }>,
  walkers: readonly Walker[],
): Promise<Map<string, Walker[]>> {
  if (audience.state === 'deactivated' || audience.emptying) {
    return new Map([['the audience is deactivated', [...walkers]]]);
  }
  const consentRule = await readConsentRule(tx, audience.id);
  const link = await activeLink(tx, audience.id);
  const scope = {
    ...{ audienceId: audience.id, databaseId: audience.databaseId, linkId: link?.id ?? null },
    ...{ consentRule, typed: false },
  };
  await beginPlacing(tx);
  const profileIds = walkers.map(({ profileId }) => profileId);
  await addToPlacing(tx, profileIds, adds);
  const standings = new Map(
    (await readStandings(tx, scope)).map((standing) => [standing.profileId, standing]),
  );
  await finishPlacing(tx, scope);
  return Map.groupBy(walkers, ({ profileId }) => outcomeOf(standings.get(profileId), adds));
}

function outcomeOf(standing: Standing | undefined, adds: boolean): string {
  if (standing === undefined) return 'they are not in the database';
  if (!adds) return standing.isMember ? 'removed' : 'was not in it';
  if (standing.keptOut) return 'not added: held out, or on the suppression list';
  if (!standing.allowed) return 'not added: negative consent';
  return standing.isMember ? 'was in it' : 'added';
}
