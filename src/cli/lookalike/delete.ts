import { MusterError } from '#domain/errors/muster-error.ts';
import { deleteLookalike } from '#sync/lookalikes.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes } from '../session.ts';

interface DeleteOptions extends JsonOption {
  readonly confirm?: string;
}

export const deleteCommand: CommandSpec = {
  describe(command) {
    command
      .argument('<audience>', 'the audience that it grows from')
      .argument('<lookalike>', 'its name or its id at Meta')
      .option('--confirm <lookalike>', 'the same once more, to say that you mean it');
    jsonOption(command);
    command.addHelpText('after', '\nFor good: ads that use it stop.');
    examples(command, [
      'lookalike delete gold "gold, lookalike DE 1 %" --confirm "gold, lookalike DE 1 %"',
    ]);
  },

  async run(session, command) {
    const { confirm, json } = command.opts<DeleteOptions>();
    const [audience = '', which = ''] = command.args;
    if (confirm !== which) {
      const typed = confirm === undefined ? '--confirm is missing' : `“${confirm}”`;
      throw new MusterError('CONFIRMATION_WRONG', typed);
    }
    tell(session, 'Ads that use it stop. Meta does not say which they are.');
    const { name, metaAudienceId } = await deleteLookalike(await session.muster(), audience, which);
    if (json === true) printJson(session, { audience, name, metaAudienceId, deleted: true });
    else print(session, `${name} is deleted at Meta (${metaAudienceId}).`);
    return exitCodes.done;
  },
};
