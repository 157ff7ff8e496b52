import { MusterError } from '#domain/errors/muster-error.ts';
import { findDatabase } from '#store/databases.ts';
import { deleteDatabase } from '#sync/delete-database.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { people } from '../words.ts';

interface DeleteOptions extends JsonOption {
  readonly confirm?: string;
  readonly leavePeople?: true;
}

export const deleteCommand: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the database')
      .option('--confirm <name>', 'the name once more, to say that you mean it')
      .option(
        '--leave-people',
        'Meta keeps who is in its audiences; nobody can take them out then',
      );
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nFor good: its people, events, audiences and integrations go, and the hashes of who opted out or was\n' +
        'erased. Refused while an audience of it is linked at Meta, or people of it were left there: take them\n' +
        'out first with `muster audience deactivate NAME --remove-people`, or say --leave-people. Sources stay, and\n' +
        'so does the audit log. `main` comes back with nothing in it. Backups made before still have it all.',
    );
    examples(command, [
      'database delete sample --confirm sample',
      'database delete sample --confirm sample --leave-people',
    ]);
  },

  async run(session, command) {
    const { confirm, leavePeople = false, json } = command.opts<DeleteOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    const database = await findDatabase(muster.store, name);
    if (confirm === undefined) throw new MusterError('CONFIRMATION_WRONG', '--confirm is missing');
    const done = await deleteDatabase(muster, database, { confirm, leavePeople });
    if (json === true) printJson(session, done);
    else {
      const left = done.leftAtMeta.map(
        ({ audience, metaAudienceId }) => `${audience} (${metaAudienceId})`,
      );
      const there = left.length === 0 ? '' : ` Their people stay at Meta: ${left.join(', ')}.`;
      print(session, `${name} is gone, with ${people(done.people)}.${there}`);
    }
    return exitCodes.done;
  },
};
