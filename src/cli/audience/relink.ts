import { findAudience } from '#store/audiences.ts';
import { checkLinkable } from '#sync/meta-audiences.ts';
import { relinkAudience } from '#sync/relink.ts';
import { integrationOf } from '#sync/scope.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';

interface RelinkOptions extends JsonOption {
  readonly link?: string;
}

export const relink: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--link <id>', 'this Meta audience; otherwise the next run makes a new one');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nFor an audience whose counterpart was deleted at Meta. Everybody is sent to the new one. Who is\n' +
        'in the former one, if it still exists, stays there.',
    );
    examples(command, ['audience relink gold', 'audience relink gold --link 23851234567890123']);
  },

  async run(session, command) {
    const { link, json } = command.opts<RelinkOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    const audience = await findAudience(muster.store, name);
    const integrationId = await integrationOf(muster.store, audience);
    const target =
      link === undefined
        ? null
        : await checkLinkable(await muster.openClient(integrationId), link, audience.valueBased);
    const relinked = await relinkAudience(muster, name, target);
    if (json === true) {
      printJson(session, relinked);
      return exitCodes.done;
    }
    const lines = fields([
      ['Meta audience', relinked.metaAudienceId ?? 'made by the next run'],
      ['the former one', relinked.formerMetaAudienceId],
    ]);
    const head = styled(session.terminal.output, 'bold', `${name} is linked anew`);
    print(session, `${head}\n\n${indent(lines)}\n\nNext: muster sync ${name}`);
    return exitCodes.done;
  },
};
