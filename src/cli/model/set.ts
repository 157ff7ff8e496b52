import { Option } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { isFilesTarget } from '#sources/pick-up/target.ts';
import { checkSql } from '#sources/query.ts';
import { findModel, type ModelMode, modelModes, updateModel } from '#store/models.ts';
import { touchedBy } from '#sync/model-runs.ts';
import { previewModel } from '#sync/models.ts';
import { modelDocument, planDocument } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodes } from '../session.ts';
import { readTextFile } from '../text-file.ts';
import { rows } from '../words.ts';
import { columnsText } from './_describe.ts';

interface SetOptions extends JsonOption {
  readonly map?: string;
  readonly sql?: string;
  readonly mode?: ModelMode;
  readonly dryRun?: true;
}

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--map <key=value,…>', 'its whole mapping, in place of the one before; "" for none')
      .option('--sql <file>', 'another query; - is standard input')
      .addOption(new Option('--mode <mode>', 'what a changed row does').choices(modelModes))
      .option('--dry-run', 'only say how many people it touches');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe model is read once to count whom the change touches. They change with its next run, and only what\n' +
        'is different then goes to Meta. `audience replay --all` sends everybody again.',
    );
    examples(command, [
      'model set buyers --map "EMAIL=coalesce(work_email, email)" --dry-run',
      `model set buyers --map "LN=split(name, ' ', -1), COUNTRY='DE'"`,
    ]);
  },

  async run(session, command) {
    const options = command.opts<SetOptions>();
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    const { map, sql, mode, dryRun } = options;
    if ([map, sql, mode].every((one) => one === undefined)) {
      throw new MusterError('USAGE', 'say what to change: --map, --sql or --mode');
    }
    const wished = {
      ...model,
      map: map === undefined ? model.map : map.trim() === '' ? null : map,
      sql: sql === undefined ? model.sql : checkSql(await readTextFile(session, sql)),
      mode: mode ?? model.mode,
    };
    const target = await muster.openSource(model.sourceId);
    const preview = await previewModel(muster, wished, target);
    using progress = showProgress(session.terminal.messages, muster.clock, model.name);
    const touches = await touchedBy(muster, wished, progress.on);
    if (dryRun === undefined) await updateModel(muster.store, wished);
    if (options.json === true) {
      const document = { ...modelDocument(wished), ...planDocument(preview) };
      printJson(session, { ...document, touches, changed: dryRun === undefined });
      return exitCodes.done;
    }
    const { profiles } = touches;
    const people = fields([
      ['created', count(profiles.created)],
      ['updated', count(profiles.updated)],
      ['deleted', count(profiles.deleted)],
    ]);
    print(session, indent(columnsText(preview)));
    print(session, `\nOf ${rows(touches.rows)} this touches people:\n\n${indent(people)}`);
    if (dryRun !== undefined) print(session, '\nNothing is changed: leave --dry-run out for that.');
    else {
      print(session, `\n${model.name} is changed. They change with its next run.`);
      // Files are taken once, so they have to be given back first.
      const next = isFilesTarget(target) ? `model reset ${model.name}` : `model sync ${model.name}`;
      print(
        session,
        `\nNext: muster ${next}; muster audience replay --all --database ${model.database} sends everybody again`,
      );
    }
    return exitCodes.done;
  },
};
