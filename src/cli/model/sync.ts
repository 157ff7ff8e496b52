import type { Command } from 'commander';
import { count } from '#http/words.ts';
import { findModel } from '#store/models.ts';
import { type ModelReport, syncModel } from '#sync/model-runs.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { showProgress } from '../progress.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { rows, seconds } from '../words.ts';
import { unusableText } from './_describe.ts';

export interface SyncOptions extends JsonOption {
  readonly allowEmpty?: true;
  readonly strict?: true;
}

export const sync: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--allow-empty', 'take an answer without rows for the truth: everybody of it is gone')
      .option('--strict', 'exit with 4 when rows failed');
    jsonOption(command);
    examples(command, ['model sync buyers', 'model sync buyers --json']);
  },

  async run(session, command) {
    const options = command.opts<SyncOptions>();
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    using progress = showProgress(session.terminal.messages, muster.clock, model.name);
    const how = { allowEmpty: options.allowEmpty === true };
    const report = await syncModel(muster, model, how, progress.on);
    return printSynced(session, command, report);
  },
};

export function printSynced(session: Session, command: Command, report: ModelReport): ExitCode {
  const { json, strict } = command.opts<SyncOptions>();
  if (json === true) printJson(session, report);
  else printReport(session, report);
  return report.failed > 0 && strict === true ? exitCodes.rowsRejected : exitCodes.done;
}

function printReport(session: Session, report: ModelReport): void {
  const { output } = session.terminal;
  if (report.filesWaiting > 0) {
    const { filesWaiting: n } = report;
    const waiting = n === 1 ? '1 file waits: it' : `${count(n)} files wait: they`;
    tell(session, `${waiting} may still be being written.`);
  }
  const took = styled(output, 'dim', `in ${seconds(report.seconds)}`);
  const { profiles, failed } = report;
  if (report.rows === 0 && report.filesLeft === 0 && report.file === null) {
    print(session, `Nothing is new for ${report.model}`);
    return;
  }
  const lines = fields([
    ['file', report.file],
    ['new', count(report.new)],
    ['updated', count(report.updated)],
    ['deleted', count(report.deleted)],
    ['unchanged', count(report.unchanged)],
    [
      'failed',
      failed === 0 ? null : `${count(failed)}, listed by muster model failed ${report.model}`,
    ],
    [
      'people',
      `${count(profiles.created)} created, ${count(profiles.updated)} updated, ${count(profiles.deleted)} deleted`,
    ],
  ]);
  print(
    session,
    `${styled(output, 'bold', rows(report.rows))} of ${report.model} (${report.mode}) ${took}\n\n${indent(lines)}`,
  );
  const unusable = unusableText(report.unusable);
  if (unusable !== null) print(session, `\n${unusable}`);
  if (report.deletionsSkipped) {
    print(session, '\nNobody was removed: a row’s id could not be read, and it may be anybody’s.');
  }
}
