import { count, moment } from '#http/words.ts';
import { findModel } from '#store/models.ts';
import { listModelRuns } from '#store/model-runs.ts';
import { runDocument, stateOf } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

const RUNS_SHOWN = 50;

export const runs: CommandSpec = {
  describe(command) {
    command.argument('[name]', 'one model; otherwise all of them');
    jsonOption(command);
    examples(command, ['model runs', 'model runs buyers --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const name = command.args[0] ?? null;
    if (name !== null) await findModel(store, name);
    const found = await listModelRuns(store, name, RUNS_SHOWN);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { runs: found.map(runDocument) });
      return exitCodes.done;
    }
    if (found.length === 0)
      print(session, 'No model was synchronised yet. Next: muster model sync NAME');
    else {
      const lines = found.map((run) => [
        ...[run.id, run.model, stateOf(run), run.trigger],
        run.startedAt === null ? '-' : moment(run.startedAt),
        ...(['new', 'updated', 'deleted', 'failed'] as const).map((what) =>
          run.counts === null ? '-' : count(run.counts[what]),
        ),
        run.state === 'failed' ? (run.errorCode ?? '') : (run.cancelReason ?? ''),
      ]);
      const head = [
        ...['run', 'model', 'state', 'asked by', 'began'],
        ...['new', 'updated', 'deleted', 'failed', 'because'],
      ];
      print(session, table(head, lines, [0, 5, 6, 7, 8]));
    }
    return exitCodes.done;
  },
};
