import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { lastModelRuns, type ModelRun } from '#store/model-runs.ts';
import { listModels, type Model } from '#store/models.ts';
import { modelDocument, runDocument, stateOf } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['model list', 'model list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const models = await listModels(store);
    const runs = new Map((await lastModelRuns(store)).map((run) => [run.model, run]));
    return printModels(session, command, models, runs);
  },
};

export function printModels(
  session: Session,
  command: Command,
  models: readonly Omit<Model, 'id' | 'databaseId' | 'sourceId'>[],
  runs: ReadonlyMap<string, ModelRun>,
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    const documents = models.map((model) => {
      const last = runs.get(model.name);
      return { ...modelDocument(model), lastRun: last === undefined ? null : runDocument(last) };
    });
    printJson(session, { models: documents });
  } else if (models.length === 0) {
    const next = 'muster model create NAME --source S --sql FILE --id COLUMN';
    print(session, `There is no model yet. Next: ${next}`);
  } else {
    const lines = models.map(({ name, source, database, mode, enabled }) => {
      const last = runs.get(name);
      return [
        ...[name, source, database, mode, enabled ? 'enabled' : 'disabled'],
        last === undefined ? 'never' : stateOf(last),
        beganOf(last),
      ];
    });
    const head = ['name', 'source', 'database', 'mode', 'state', 'last run', 'began'];
    print(session, table(head, lines));
  }
  return exitCodes.done;
}

function beganOf(run: ModelRun | undefined): string {
  const began = run?.startedAt ?? null;
  return began === null ? '' : moment(began);
}
