import { count, moment } from '#http/words.ts';
import { findModel } from '#store/models.ts';
import { type FailedRow, listFailedRows, type ModelRun, readModelRun } from '#store/model-runs.ts';
import { errorOf, secondsOf } from '#sync/model-runs.ts';
import { failedRowDocument, runDocument, stateOf } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { rows, seconds } from '../words.ts';
import { unusableText } from './_describe.ts';

/** Enough to see what is wrong with them; the others are in `model failed`. */
const FAILED_SHOWN = 10;

export const show: CommandSpec = {
  describe(command) {
    command.argument('<run>', 'the number of the run');
    jsonOption(command);
    examples(command, ['model run show 17', 'model run show 17 --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const run = await readModelRun(store, command.args[0] ?? '');
    const { id: modelId } = await findModel(store, run.model);
    // Failed rows are kept for the last run that read them: later ones have newer versions.
    const failed = (await listFailedRows(store, modelId)).filter(({ runId }) => runId === run.id);
    const shown = failed.slice(0, FAILED_SHOWN);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { ...runDocument(run), failedRows: shown.map(failedRowDocument) });
    } else print(session, runText(session, run, shown));
    return exitCodes.done;
  },
};

const triggers = {
  manual: 'somebody asked for it',
  schedule: 'its schedule',
  retry: 'a planned run before it failed',
} as const;

function runText(session: Session, run: ModelRun, failed: readonly FailedRow[]): string {
  const { counts, startedAt, trigger } = run;
  const took = secondsOf(run);
  const title = styled(session.terminal.output, 'bold', `Run ${run.id} of ${run.model}`);
  const about = fields([
    ['state', stateOf(run)],
    ['because', triggers[trigger]],
    ['began', startedAt === null ? 'not yet' : moment(startedAt)],
    ['took', took === null ? null : seconds(took)],
    ['cancelled because', run.cancelReason],
  ]);
  const parts = [title, indent(about)];
  if (counts !== null) {
    parts.push(countsText(run.mode, counts));
    const unusable = unusableText(counts.unusable);
    if (unusable !== null) parts.push(unusable);
  }
  const error = errorOf(run);
  if (error !== null && run.state === 'failed') {
    parts.push(`${error.code}: ${error.message}.\nNext: ${error.next}`);
  }
  if (failed.length > 0) {
    const lines = failed.map((row) => {
      const { externalId, rowNumber, reason } = failedRowDocument(row);
      return [count(rowNumber), externalId ?? '-', reason];
    });
    parts.push(
      `Failed rows, the first of them:\n\n${indent(table(['row', 'id', 'reason'], lines, [0]))}`,
    );
  }
  return parts.join('\n\n');
}

function countsText(mode: string, counts: NonNullable<ModelRun['counts']>): string {
  const { profiles, deletionsSkipped } = counts;
  const kinds = ['new', 'updated', 'deleted', 'unchanged', 'failed'] as const;
  const read = fields(kinds.map((kind) => [kind, count(counts[kind])]));
  const people = fields([
    ['created', count(profiles.created)],
    ['updated', count(profiles.updated)],
    ['deleted', count(profiles.deleted)],
  ]);
  const skipped = deletionsSkipped
    ? '\n\nNobody was removed: a row’s id could not be read, and it may be anybody’s.'
    : '';
  return `${rows(counts.rows)} read (${mode})\n${indent(read)}\n\npeople\n${indent(people)}${skipped}`;
}
