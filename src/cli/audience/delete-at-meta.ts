import { MusterError } from '#domain/errors/muster-error.ts';
import { findAudience } from '#store/audiences.ts';
import { deleteAtMeta } from '#sync/delete-at-meta.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, styled, tell } from '../print.ts';
import { exitCodes } from '../session.ts';

interface DeleteOptions extends JsonOption {
  readonly confirm?: string;
}

export const deleteCommand: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--confirm <name>', 'the name once more, to say that you mean it');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nFor good: ads that use the Meta audience stop, and everybody is out of it. The audience stays here,\n' +
        'deactivated. Meta refuses while lookalike audiences grow from it. If the answer gets lost, run it\n' +
        'again: it looks at Meta before it asks.',
    );
    examples(command, ['audience delete-at-meta gold --confirm gold']);
  },

  async run(session, command) {
    const { confirm, json } = command.opts<DeleteOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    await findAudience(muster.store, name);
    if (confirm !== name) {
      const typed = confirm === undefined ? '--confirm is missing' : `“${confirm}”`;
      throw new MusterError('CONFIRMATION_WRONG', typed);
    }
    tell(session, 'Ads that use this Meta audience stop. Meta does not say which they are.');
    const done = await deleteAtMeta(muster, name);
    if (json === true) printJson(session, done);
    else {
      const what = done.deleted ? 'is deleted at Meta' : 'was no longer at Meta';
      const head = styled(session.terminal.output, 'bold', `${name} ${what}`);
      print(session, `${head} (${done.metaAudienceId}); here it is deactivated.`);
    }
    return exitCodes.done;
  },
};
