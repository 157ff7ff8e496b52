import { deleteProfile } from '#sync/profiles.ts';
import { type CommandSpec, examples, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { describeWho, type WhoOptions, whoOf } from './who.ts';

export const deleteCommand: CommandSpec = {
  describe(command) {
    describeWho(command);
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThey leave every audience with its next run. A file or a call that names them again makes them anew.',
    );
    examples(command, ['profile delete C-1042', 'profile delete C-1042 --database shop']);
  },

  async run(session, command) {
    const who = whoOf(command);
    await deleteProfile(await session.muster(), who);
    if (command.opts<WhoOptions>().json === true) printJson(session, { deleted: who.externalId });
    else print(session, `Deleted ${who.externalId}; they leave Meta with the next runs.`);
    return exitCodes.done;
  },
};
