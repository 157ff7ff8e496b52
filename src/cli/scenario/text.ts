import { count } from '#http/words.ts';
import type { ScenarioName, ScenarioReport, WalkReport } from '#sync/scenarios.ts';
import { fields, indent } from '../layout.ts';
import { styled } from '../print.ts';
import type { Session } from '../session.ts';
import { people } from '../words.ts';

export const scenario = (name = ''): ScenarioName => ({ kind: 'scenario', name });
export const automation = (name = ''): ScenarioName => ({ kind: 'automation', name });

const stateWords: Readonly<Record<ScenarioReport['state'], string>> = {
  draft: 'off, never activated',
  active: 'on',
  stopped: 'off: nobody starts and nobody moves',
};

/** What of a scenario is shown. */
type Shown = Pick<ScenarioReport, 'scenario' | 'audience' | 'state' | 'start' | 'steps'> & {
  readonly people: Pick<ScenarioReport['people'], 'started' | 'underWay'>;
};

export function scenarioText(session: Session, report: Shown): string {
  const { started, underWay } = report.people;
  const head = report.scenario ?? `The automation of ${report.audience}`;
  const lines = fields([
    ['state', stateWords[report.state]],
    ['who starts', report.start],
    ['started so far', people(started)],
    ['under way', underWay === 0 ? null : people(underWay)],
  ]);
  const steps = report.steps.map((words, i) => `${i + 1}  ${words}`).join('\n');
  return `${styled(session.terminal.output, 'bold', head)}\n${indent(lines)}\n\nWhat happens\n${indent(steps)}`;
}

export function walkText(walk: WalkReport): string {
  const { externalId, cause, startedAt, endedAt, next } = walk;
  const ended = endedAt === null ? '' : `, at the end on ${moment(endedAt)}`;
  const head = `${externalId}: started on ${moment(startedAt)} (${cause})${ended}`;
  const done = walk.steps.map(
    ({ step, words, at, outcome }) => `${count(step)}  ${words}: ${outcome}, ${moment(at)}`,
  );
  const ahead =
    next === null ? [] : [`${count(next.step)}  ${next.words}: comes on ${moment(next.at)}`];
  return `${head}\n${indent([...done, ...ahead].join('\n'))}`;
}

function moment(at: Date | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
