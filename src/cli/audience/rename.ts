import { renameEverywhere } from '#sync/rename.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { flagWarning } from './_own-options.ts';

interface RenameOptions extends JsonOption {
  readonly atMeta?: true;
}

export const rename: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .argument('<new>', 'its new name')
      .option('--at-meta', 'rename the Meta audience too');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nRules that ask about it ask by the new name. The property by which events fill an audience stays as\n' +
        'it is. With --at-meta Meta is asked first, and nothing changes here if it refuses.',
    );
    examples(command, [
      'audience rename gold "Gold members"',
      'audience rename gold vip --at-meta',
    ]);
  },

  async run(session, command) {
    const { atMeta, json } = command.opts<RenameOptions>();
    const [name = '', newName = ''] = command.args;
    const warning = atMeta === true ? flagWarning(newName, '') : null;
    if (warning !== null) tell(session, warning);
    const muster = await session.muster();
    const renamed = await renameEverywhere(muster, name, { newName, atMeta: atMeta === true });
    if (json === true) printJson(session, renamed);
    else {
      const there = atMeta === true ? 'here and at Meta' : 'here; its name at Meta stays';
      print(session, `“${name}” is “${newName}” now, ${there}.`);
      if (renamed.askedAboutBy.length > 0) {
        const asking = renamed.askedAboutBy.map((other) => `“${other}”`).join(', ');
        print(session, `Rules that ask about it were reworded: ${asking}.`);
      }
    }
    return exitCodes.done;
  },
};
