import { count, moment } from '#http/words.ts';
import { findModel } from '#store/models.ts';
import { listModelRuns } from '#store/model-runs.ts';
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
      printJson(session, { runs: found });
      return exitCodes.done;
    }
    if (found.length === 0)
      print(session, 'No model was synchronised yet. Next: muster model sync NAME');
    else {
      const lines = found.map(({ id, model, state, startedAt, counts, errorMeasured }) => [
        ...[id, model, state, moment(startedAt)],
        ...(['new', 'updated', 'deleted', 'failed'] as const).map((what) =>
          counts === null ? '-' : count(counts[what]),
        ),
        errorMeasured ?? '',
      ]);
      const head = [
        'run',
        'model',
        'state',
        'began',
        'new',
        'updated',
        'deleted',
        'failed',
        'because',
      ];
      print(session, table(head, lines, [0, 4, 5, 6, 7]));
    }
    return exitCodes.done;
  },
};
