import { once } from 'node:events';
import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count, moment } from '#http/words.ts';
import {
  type OperationRecord,
  type RowRecord,
  rowsOfRun,
  type RunRecord,
} from '#store/run-history.ts';
import { type RunDetails, readRunDetails } from '#sync/run-details.ts';
import { type CommandSpec, examples, type JsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { readRunId } from '../run-id.ts';
import { people, requests, rows as rowWords, seconds } from '../words.ts';

interface ShowOptions extends JsonOption {
  readonly rows?: string | true;
}

const rowStates = ['accepted', 'invalid', 'refused', 'unknown'] as const;

export const show: CommandSpec = {
  describe(command) {
    command
      .argument('<run>', 'the number of the run')
      .option(
        '--rows [state]',
        `its rows, one a line: all, or those that are ${rowStates.join(', ')}`,
      )
      .option('--json', 'print one JSON document; with --rows one a line');
    command.addHelpText(
      'after',
      '\nA row that a later request carried again is with that run. Values are never shown; without --rows\n' +
        'people are shown with most of their id covered.',
    );
    examples(command, ['run show 17', 'run show 17 --json', 'run show 17 --rows invalid --json']);
  },

  async run(session, command) {
    const { id, states } = readAsked(command);
    const { store } = await session.muster();
    const run = await readRunDetails(store, id);
    if (states === undefined) return printRun(session, command, run);
    return await printRows(session, command, rowsOfRun(store, id, { states }));
  },
};

interface Asked {
  readonly id: number;
  /** Of its rows; null: all of them; absent: they were not asked for. */
  readonly states?: RowRecord['state'][] | null;
}

/** @throws MusterError USAGE */
export function readAsked(command: Command): Asked {
  const { rows } = command.opts<ShowOptions>();
  const id = Number(readRunId(command));
  return rows === undefined ? { id } : { id, states: readStates(rows) };
}

export function printRun(session: Session, command: Command, run: RunDetails): ExitCode {
  if (command.opts<ShowOptions>().json === true) printJson(session, run);
  else print(session, showText(session, run));
  return exitCodes.done;
}

function readStates(text: string | true): RowRecord['state'][] | null {
  if (text === true) return null;
  const state = rowStates.find((one) => one === text);
  if (state !== undefined) return [state];
  throw new MusterError('USAGE', `--rows “${text}” is not one of ${rowStates.join(', ')}`);
}

export async function printRows(
  session: Session,
  command: Command,
  pages: AsyncIterable<readonly RowRecord[]>,
): Promise<ExitCode> {
  const { output } = session.terminal;
  const line =
    command.opts<ShowOptions>().json === true
      ? (row: RowRecord) => JSON.stringify(row)
      : ({ externalId, kind, state, key, reason }: RowRecord) =>
          [externalId ?? '(gone)', kind, state, key, reason]
            .filter((part) => part !== null)
            .join('\t');
  for await (const page of pages) {
    if (!output.write(page.map((row) => `${line(row)}\n`).join(''))) await once(output, 'drain');
  }
  return exitCodes.done;
}

function showText(session: Session, run: RunDetails): string {
  const when = (date: Date | null) => (date === null ? null : moment(date));
  const some = (value: number, words: (value: number) => string) =>
    value === 0 ? null : words(value);
  const filtered = Object.values(run.filtered).reduce((sum, number) => sum + number, 0);
  const lines = fields([
    ['trigger', [run.trigger, ...run.alsoAskedBy].join(', ')],
    ['begun', when(run.startedAt)],
    ['took', run.seconds === null ? null : seconds(run.seconds)],
    [
      'goes on',
      run.dueAt === null
        ? null
        : `${moment(run.dueAt)}${run.waitingFor === null ? '' : `, waits for ${run.waitingFor}`}`,
    ],
    ['progress', progressText(run)],
    ['added', people(run.added)],
    ['removed', people(run.removed)],
    ['accepted', rowWords(run.accepted)],
    ['filtered', some(filtered, people)],
    ['rejected', some(run.rejected, rowWords)],
    ['not certain', some(run.unknown, rowWords)],
    ['failed', some(run.failed, rowWords)],
    ['requests', count(run.requests)],
    ['taken', run.attempts > 1 ? `${run.attempts} times` : null],
    ['released by', run.releasedBy],
    ['cancelled by', run.cancelledBy],
    ['reason', run.cancelReason],
    ['error', run.error === null ? null : `${run.error.code}: ${run.error.message}`],
    ['next', run.error?.next ?? null],
  ]);
  const head = styled(session.terminal.output, 'bold', `Run ${run.runId} of ${run.audience}`);
  return [`${head}, ${run.state}\n${indent(lines)}`, operationsText(run), rejectedText(run)]
    .filter((text) => text !== '')
    .join('\n\n');
}

function progressText({ progress }: RunRecord): string | null {
  if (progress === null) return null;
  const { rowsDone, rowsTotal, requestsDone, requestsTotal, expectedFinishAt } = progress;
  const share = rowsTotal === 0 ? 100 : Math.floor((rowsDone / rowsTotal) * 100);
  const finish = expectedFinishAt === null ? '' : `, done about ${moment(expectedFinishAt)}`;
  return `${share} %: ${count(rowsDone)} of ${rowWords(rowsTotal)}, ${count(requestsDone)} of ${requests(requestsTotal)}${finish}`;
}

const LINES_MAX = 20;

function operationsText({ operations }: RunDetails): string {
  if (operations.length === 0) return '';
  const lines = operations
    .slice(0, LINES_MAX)
    .map((one) => [
      one.operationId,
      one.covered ? 'covered' : one.kind,
      count(one.rows),
      moment(one.sentAt),
      one.answeredAt === null
        ? '-'
        : seconds((one.answeredAt.getTime() - one.sentAt.getTime()) / 1000),
      one.outcome ?? 'not answered yet',
      answerText(one),
    ]);
  const head = ['request', 'kind', 'rows', 'sent', 'took', 'outcome', 'Meta said'];
  const more = operations.length - LINES_MAX;
  const rest = more > 0 ? `\n… and ${count(more)} more; --json has them` : '';
  return `${indent(table(head, lines, [2, 4]))}${rest}`;
}

function answerText({ answer, covered }: OperationRecord): string {
  if (covered) return 'nothing was sent: others hold all its values';
  if (answer === null) return '';
  const { numReceived, numInvalid, code, subcode, meaning } = answer as MetaSaid;
  if (numReceived !== undefined) {
    return `${count(numReceived)} received, ${count(numInvalid ?? 0)} invalid`;
  }
  const number = [code, subcode].filter((part) => part !== null && part !== undefined).join('/');
  return [meaning ?? '', number === '' ? '' : `(${number})`].join(' ').trim();
}

/** What an operation keeps of an answer. */
interface MetaSaid {
  readonly numReceived?: number;
  readonly numInvalid?: number;
  readonly meaning?: string;
  readonly code?: number | null;
  readonly subcode?: number | null;
}

function rejectedText({ rejectedBy, samples }: RunDetails): string {
  const reasons = Object.entries(rejectedBy).map(([why, number]) => [why, count(number)]);
  if (reasons.length === 0) return '';
  const some = samples.map(({ externalId, key, reason }) => [
    externalId ?? '(gone)',
    key ?? '-',
    reason ?? '',
  ]);
  const list =
    some.length === 0 ? '' : `\n\n${indent(table(['such as', 'field', 'reason'], some))}`;
  return `${indent(table(['rejected because', 'rows'], reasons, [1]))}${list}`;
}
