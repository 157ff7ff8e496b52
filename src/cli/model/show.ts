import { showModelSchedule } from '#jobs/model-runs.ts';
import { findModel, type ModelMode } from '#store/models.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { listModelRuns } from '#store/model-runs.ts';
import { modelDocument, runDocument, stateOf } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { scheduleFields } from './schedule.ts';

const modeWords: Readonly<Record<ModelMode, string>> = {
  mirror: 'mirror: rows that are new, updated and gone count',
  upsert: 'upsert: rows that are new and updated count',
  delete: 'delete: rows that are gone count',
};

export const show: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the model');
    jsonOption(command);
    examples(command, ['model show buyers', 'model show buyers --json']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    const { model: _, ...schedule } = await showModelSchedule(muster, model.name);
    const [last] = await listModelRuns(muster.store, model.name, 1);
    if (command.opts<JsonOption>().json === true) {
      const lastRun = last === undefined ? null : runDocument(last);
      printJson(session, { ...modelDocument(model), ...schedule, lastRun });
      return exitCodes.done;
    }
    const [audience] =
      model.audience === null
        ? []
        : await overviewAudiences(muster.store, { name: model.audience });
    const lines = fields([
      ['state', model.enabled ? 'enabled' : 'disabled'],
      ['reads from', model.source],
      ['into', model.database],
      ['unique id', model.idColumn],
      ['mapping', model.map ?? 'by the names of the columns'],
      ['mode', modeWords[model.mode]],
      ['audience', audience === undefined ? null : audienceText(audience)],
      ...scheduleFields({ model: model.name, ...schedule }),
      ['last run', last === undefined ? 'never' : `${last.id}, ${stateOf(last)}`],
    ]);
    print(session, `${styled(session.terminal.output, 'bold', model.name)}\n${indent(lines)}`);
    if (model.sql !== '') print(session, `\n${indent(model.sql)}`);
    return exitCodes.done;
  },
};

function audienceText({ name, metaAudienceId }: AudienceOverview): string {
  return `${name} (${metaAudienceId ?? 'not linked'})`;
}
