import { explainRule } from '#audiences/explain.ts';
import { parseRule } from '#audiences/rule.ts';
import { readAutomation, readScenario } from '#automations/definition.ts';
import { audiencesOf, explainSteps, type Program } from '#automations/program.ts';
import type { Language } from '#domain/language.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { findAudience } from '#store/audiences.ts';
import { findDatabase } from '#store/databases.ts';
import type { Tx } from '#store/db.ts';
import {
  addScenario,
  automationOf,
  findScenario,
  removeScenario,
  type Scenario,
  type ScenarioState,
  setScenarioState,
} from '#store/scenarios.ts';
import { countWalks, listWalks, type WalkCounts, type WalkRecord } from '#store/walks.ts';
import type { Muster } from './muster.ts';
import { programOf, readRule } from './scenario-program.ts';

/** A scenario, or the automation of an audience, as --json prints it. */
export interface ScenarioReport {
  /** Null: it is the automation of `audience`. */
  readonly scenario: string | null;
  readonly audience: string | null;
  readonly state: ScenarioState;
  readonly createdAt: string;
  readonly activatedAt: string | null;
  readonly definition: unknown;
  /** Who starts, in words. */
  readonly start: string;
  /** What happens to them, a line a step. */
  readonly steps: readonly string[];
  readonly people: WalkCounts;
}

/**
 * Makes a scenario, switched off. The audiences that it names must be there, and be filled by scenarios.
 * @throws MusterError SCENARIO_INVALID, SCENARIO_EXISTS, AUDIENCE_UNKNOWN, AUDIENCE_OTHER_WAY
 */
export async function createScenario(
  { store }: Muster,
  wish: { readonly name: string; readonly database: string; readonly definition: unknown },
): Promise<Scenario> {
  const program = readScenario(wish.definition, readRule);
  const { id: databaseId } = await findDatabase(store, wish.database);
  return await store.tx(async (tx) => {
    const audienceIds: Record<string, number> = {};
    for (const name of audiencesOf(program)) {
      const audience = await findAudience(tx, name);
      if (audience.databaseId !== databaseId) {
        throw new MusterError('AUDIENCE_UNKNOWN', `“${name}” in the database ${wish.database}`);
      }
      if (audience.way !== 'scenario') {
        throw new MusterError('AUDIENCE_OTHER_WAY', `“${name}” is filled by ${audience.way}`);
      }
      audienceIds[name] = audience.id;
    }
    const { name, definition } = wish;
    return await addScenario(tx, { databaseId, name, audienceId: null, definition, audienceIds });
  });
}

/** The automation of an audience whose way it is, switched on unless it is made for later. */
export async function addAutomation(
  tx: Tx,
  audience: { readonly id: number; readonly databaseId: number; readonly name: string },
  definition: unknown,
): Promise<void> {
  const program = readAutomation(definition, audience.name, readRule);
  const made = await addScenario(tx, {
    ...{ databaseId: audience.databaseId, name: null, audienceId: audience.id, definition },
    audienceIds: {},
  });
  await setScenarioState(tx, made.id, 'active', looksDaily(program));
}

/**
 * What a scenario would do, in words.
 * @throws MusterError SCENARIO_INVALID
 */
export function checkScenario(
  definition: unknown,
  language: Language = 'en',
): Pick<ScenarioReport, 'start' | 'steps'> {
  const program = readScenario(definition, readRule);
  return { start: startWords(program, language), steps: stepWords(program, language) };
}

/** Of the two kinds the one that is meant. */
export interface ScenarioName {
  readonly kind: 'scenario' | 'automation';
  /** Of the scenario, or of the audience. */
  readonly name: string;
}

export async function findEither(tx: Tx | Muster['store'], which: ScenarioName): Promise<Scenario> {
  return await (which.kind === 'scenario' ? findScenario : automationOf)(tx, which.name);
}

/** Switches it on or off. While it is off nobody starts, and whoever is on the way waits. */
export async function switchScenario(
  muster: Muster,
  which: ScenarioName,
  state: 'active' | 'stopped',
): Promise<ScenarioReport> {
  await muster.store.tx(async (tx) => {
    const scenario = await findEither(tx, which);
    await setScenarioState(tx, scenario.id, state, looksDaily(programOf(scenario)));
  });
  return await showScenario(muster, which);
}

function looksDaily({ daily, start }: Program): boolean {
  return daily !== null || (start?.dates ?? []).length > 0;
}

/** Takes a scenario away with everybody who is on it; who was put into audiences stays there. */
export async function dropScenario({ store }: Muster, name: string): Promise<void> {
  await store.tx(async (tx) => await removeScenario(tx, (await findScenario(tx, name)).id));
}

export async function showScenario(
  { store }: Muster,
  which: ScenarioName,
  language: Language = 'en',
): Promise<ScenarioReport> {
  const scenario = await findEither(store, which);
  const program = programOf(scenario);
  return {
    scenario: scenario.name,
    audience: scenario.audience,
    state: scenario.state,
    createdAt: scenario.createdAt.toISOString(),
    activatedAt: scenario.activatedAt?.toISOString() ?? null,
    definition: scenario.definition,
    start: startWords(program, language),
    steps: stepWords(program, language),
    people: await countWalks(store, scenario.id),
  };
}

function startWords({ start, daily, again }: Program, language: Language): string {
  const who =
    start !== null
      ? `whoever ${start.words}`
      : daily !== null
        ? `once a day ${ruleWords(language)(daily)}`
        : 'who is started by name';
  return again.atMost === null ? who : `${who}; at most ${again.atMost} times a person`;
}

/** Rules in the language; what is around them is English, and put into others where it is shown. */
const ruleWords =
  (language: Language) =>
  (rule: unknown): string =>
    explainRule(parseRule(rule), language);

function stepWords({ steps }: Program, language: Language): string[] {
  return explainSteps(steps, ruleWords(language));
}

/** Somebody's way through a scenario, with each step in words. */
export interface WalkReport extends Omit<WalkRecord, 'steps' | 'step' | 'dueAt'> {
  readonly steps: readonly {
    readonly step: number;
    readonly words: string;
    readonly at: string;
    readonly outcome: string;
  }[];
  /** What comes next, and when; null at the end. */
  readonly next: { readonly step: number; readonly words: string; readonly at: string } | null;
}

/** The ways of one person, or the newest of everybody. */
export async function showWalks(
  { store }: Muster,
  which: ScenarioName,
  externalId: string | null,
  language: Language = 'en',
): Promise<WalkReport[]> {
  const scenario = await findEither(store, which);
  const words = stepWords(programOf(scenario), language);
  const walks = await listWalks(store, scenario, externalId, WALKS_SHOWN);
  return walks.map(({ steps, step, dueAt, ...walk }) => ({
    ...walk,
    steps: steps.map((done) => ({
      ...{ step: done.step + 1, words: words[done.step] ?? '' },
      ...{ at: new Date(done.at).toISOString(), outcome: done.outcome },
    })),
    next:
      walk.endedAt === null && step < words.length
        ? { step: step + 1, words: words[step] ?? '', at: dueAt.toISOString() }
        : null,
  }));
}

const WALKS_SHOWN = 100;
