import { MusterError } from '#domain/errors/muster-error.ts';
import { applyRuleNow, fillAnotherWay } from '#sync/ways.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { exitCodes } from '../session.ts';
import { printWay } from './_edit-text.ts';
import { readWay, type WayOptions, wayOptions } from './way-options.ts';

interface ChangeOptions extends WayOptions, JsonOption {
  readonly members?: string;
  readonly dryRun?: true;
}

export const way: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the audience');
    wayOptions(command);
    command
      .option('--members <what>', 'keep: who is in it stays, as far as the new way lets them; drop')
      .option('--dry-run', 'say what it would do, and change nothing');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nAn audience is filled in exactly one way. A rule that matches decides alone who is in it, also with\n' +
        '--members keep; with every other way those who were kept stay until they are taken out.',
    );
    examples(command, [
      'audience way vip --by-hand --members keep',
      'audience way vip --rule lapsed.json --mode remove --members keep --dry-run',
    ]);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const options = command.opts<ChangeOptions>();
    const members = readMembers(options.members);
    const filling = await readWay(session, name, options);
    const muster = await session.muster();
    const how = { members, dryRun: options.dryRun === true };
    const report = await fillAnotherWay(muster, name, filling, how);
    printWay(session, report, options.json === true);
    return exitCodes.done;
  },
};

function readMembers(members: string | undefined): 'keep' | 'drop' | undefined {
  if (members === undefined || members === 'keep' || members === 'drop') return members;
  throw new MusterError('USAGE', `--members “${members}” is not one of keep, drop`);
}

export const applyRule: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'an audience that is filled by a rule');
    jsonOption(command);
    examples(command, ['audience apply-rule vip']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const report = await applyRuleNow(await session.muster(), name);
    printWay(session, report, command.opts<JsonOption>().json === true);
    return exitCodes.done;
  },
};
