import { readApprovalLimits } from '#store/approvals.ts';
import { findDatabase } from '#store/databases.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { rulesText } from './_rules-text.ts';

export const show: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the database');
    jsonOption(command);
    examples(command, ['database show main']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const database = await findDatabase(store, command.args[0] ?? '');
    const { name, defaultCountry, normalising, expectedEveryMinutes } = database;
    const unknownConsent = database.unknownConsentPasses ? 'passes' : 'blocks';
    const approval = await readApprovalLimits(store, database.id);
    const read = { defaultCountry, normalising, unknownConsent } as const;
    const rules = { ...read, expectedEveryMinutes, approval };
    if (command.opts<JsonOption>().json === true) printJson(session, { name, ...rules });
    else print(session, `${name}\n${rulesText(rules)}`);
    return exitCodes.done;
  },
};
