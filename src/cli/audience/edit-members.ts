import { MusterError } from '#domain/errors/muster-error.ts';
import { editByHand } from '#sync/by-hand.ts';
import { keepUpdated } from '#sync/ways.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { exitCodes } from '../session.ts';
import { printEdit, printWay } from './_edit-text.ts';
import { readSelectors, selectorHelp } from './_selection.ts';

interface EditOptions extends JsonOption {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly keepUpdated?: true;
  readonly dryRun?: true;
}

export const editMembers: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'an audience that is filled by hand')
      .option('--include <who...>', 'put these people in')
      .option('--exclude <who...>', 'take these out, also where --include finds them')
      .option(
        '--keep-updated',
        'not once, but from now on: the audience is then filled by a rule, and its members are whom it finds',
      )
      .option('--dry-run', 'count, and change nothing');
    jsonOption(command);
    command.addHelpText(
      'after',
      `\n${selectorHelp}\n\nWhoever is found now is put in or taken out now; what changes about them later changes nothing,\nunless you say --keep-updated. It leaves with the next run of the audience.`,
    );
    examples(command, [
      'audience edit-members vip --include gold.json --exclude left.csv --dry-run',
      'audience edit-members vip --include "C-1;C-2;ana@example.com"',
      'audience edit-members vip --include gold.json --exclude lapsed.json --keep-updated',
    ]);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const options = command.opts<EditOptions>();
    const { include = [], exclude = [], dryRun } = options;
    if (include.length + exclude.length === 0) {
      throw new MusterError('USAGE', 'say who, with --include or --exclude');
    }
    const edit = {
      include: await readSelectors(session, include),
      exclude: await readSelectors(session, exclude),
    };
    const muster = await session.muster();
    const how = { dryRun: dryRun === true };
    if (options.keepUpdated === true) {
      printWay(session, await keepUpdated(muster, name, edit, how), options.json === true);
    } else {
      printEdit(session, await editByHand(muster, name, edit, how), options.json === true);
    }
    return exitCodes.done;
  },
};
