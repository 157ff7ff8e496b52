import { readRetention } from '#store/retention.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { daysText } from './_days.ts';

export const show: CommandSpec = {
  describe(command) {
    jsonOption(command);
    command.addHelpText(
      'after',
      '\n`serve` looks once a day. People, audiences, what Meta was told, consents and the audit log are kept\n' +
        'until somebody deletes them.',
    );
    examples(command, ['retention show', 'retention show --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const retention = await readRetention(store);
    if (command.opts<JsonOption>().json === true) {
      const items = retention.map(({ name, days, defaultDays }) => ({ name, days, defaultDays }));
      printJson(session, { retention: items });
    } else {
      const lines = retention.map(({ name, days, words }) => [name, daysText(days), words]);
      print(session, table(['what', 'kept', ''], lines));
    }
    return exitCodes.done;
  },
};
