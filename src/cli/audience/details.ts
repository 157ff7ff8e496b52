import type { Command } from 'commander';
import { count, moment } from '#http/words.ts';
import type { Timeline } from '#store/timeline.ts';
import type { RunRecord } from '#store/run-history.ts';
import { readDetails, type SyncDetails } from '#sync/details.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { people, rows, seconds } from '../words.ts';

export const details: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThey open when the audience is up to date or in error. While it is pending the answer says why,\n' +
        'and when the next run is. Numbers are what was sent; how many of them Meta matched it does not tell.',
    );
    examples(command, ['audience details gold', 'audience details gold --json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    return printDetails(session, command, await readDetails(await session.muster(), name));
  },
};

export function printDetails(session: Session, command: Command, found: SyncDetails): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, found);
  else print(session, detailsText(session, found));
  return exitCodes.done;
}

function detailsText(session: Session, found: SyncDetails): string {
  const head = styled(session.terminal.output, 'bold', found.audience);
  const next = found.nextRunAt === null ? null : moment(found.nextRunAt);
  if (!found.available) {
    const lines = fields([
      ['state', found.state],
      ['members', count(found.members)],
      ['progress', progressText(found.active)],
      ['expected', expectedText(found)],
      ['next planned run', next],
    ]);
    return `${head}: details open once it is up to date\n\n${found.reason ?? ''}\n\n${indent(lines)}`;
  }
  const { last } = found;
  const lines = fields([
    [
      'status',
      last?.error === null || last === null
        ? found.state
        : `${last.error.code}: ${last.error.message}`,
    ],
    ['next step', last?.error?.next ?? null],
    ['synchronized on', found.synchronizedOn === null ? null : moment(found.synchronizedOn)],
    [
      'last attempt',
      found.synchronizedOn === null && last !== null ? moment(last.startedAt) : null,
    ],
    ['added', last === null ? null : people(last.added)],
    ['removed', last === null ? null : people(last.removed)],
    ['rejected', last === null || last.rejected === 0 ? null : rows(last.rejected)],
    ['run', last?.runId ?? null],
    ['at Meta', found.atMeta?.size ?? null],
    ['read on', found.atMeta === null ? null : moment(new Date(found.atMeta.readAt))],
    ['under way', found.active === null ? null : underWay(found.active)],
    ['next planned run', next],
  ]);
  const notes = [
    ...(found.atMeta?.warnings ?? []),
    ...(found.matchingUntil === null
      ? []
      : [
          `Meta takes up to 24 hours to match what was sent: until ${moment(found.matchingUntil)}.`,
        ]),
  ];
  return [`${head}\n${indent(lines)}`, timelineText(found.timeline), notes.join('\n')]
    .filter((text) => text !== '')
    .join('\n\n');
}

function progressText(active: RunRecord | null): string | null {
  if (active?.progress === null || active === null) return null;
  const { rowsDone, rowsTotal, expectedFinishAt } = active.progress;
  const finish = expectedFinishAt === null ? '' : `, done about ${moment(expectedFinishAt)}`;
  return `${count(rowsDone)} of ${rows(rowsTotal)}${finish}`;
}

function underWay(active: RunRecord): string {
  const progress = progressText(active);
  return `run ${active.runId}, ${active.state}${progress === null ? '' : `: ${progress}`}`;
}

function expectedText({ expected }: SyncDetails): string | null {
  if (expected === null) return null;
  return `${people(expected.people)} in about ${seconds(expected.seconds)} (${expected.basis})`;
}

function timelineText(timeline: Timeline | null): string {
  if (timeline === null || timeline.people === 0) return '';
  const stages = [
    ['in a plan', timeline.planned],
    ['sent', timeline.sent],
    ['accepted by Meta', timeline.accepted],
    ['audience ready', timeline.ready],
  ] as const;
  const lines = fields(
    stages.map(([stage, took]) => [
      stage,
      took === null ? null : `half within ${seconds(took.p50)}, 95 % within ${seconds(took.p95)}`,
    ]),
  );
  return `From belonging, ${people(timeline.people)} of the last 7 days\n${indent(lines)}`;
}
