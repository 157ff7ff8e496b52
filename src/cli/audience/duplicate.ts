import { must } from '#domain/errors/assert.ts';
import { overviewAudiences } from '#store/overview.ts';
import { duplicateAudience } from '#sync/duplicate-audience.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { quoted } from '../words.ts';
import { audienceDocument } from './_describe.ts';

export const duplicate: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .argument('[new]', 'what to call the copy; otherwise the name and (copy)');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe copy is filled, filed and planned as the original is. It is inactive and linked to nothing, so it\n' +
        'gets a Meta audience of its own; events fill it by a key of its own.',
    );
    examples(command, ['audience duplicate gold', 'audience duplicate gold "Gold, UK"']);
  },

  async run(session, command) {
    const [name = '', newName = null] = command.args;
    const muster = await session.muster();
    const copy = await duplicateAudience(muster, name, newName);
    const [made] = await overviewAudiences(muster.store, { name: copy });
    const audience = must(made, 'a copy that was just made is there');
    if (command.opts<JsonOption>().json === true) {
      printJson(session, audienceDocument(audience, undefined));
    } else {
      print(session, `${copy} is made, inactive and linked to nothing.`);
      if (audience.eventKey !== null) {
        print(session, `Calls with the property ${audience.eventKey} fill it.`);
      }
      print(session, `Next: muster plan ${quoted(copy)}`);
    }
    return exitCodes.done;
  },
};
