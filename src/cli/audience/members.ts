import { once } from 'node:events';
import { findAudience } from '#store/audiences.ts';
import { memberExternalIds } from '#store/members.ts';
import { type CommandSpec, examples, type JsonOption } from '../command.ts';
import { tell } from '../print.ts';
import { exitCodes } from '../session.ts';

export const members: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--json', 'print one JSON document a line: {"externalId":"…"}');
    examples(command, ['audience members gold', 'audience members gold --json | wc -l']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const audience = await findAudience(store, command.args[0] ?? '');
    if (audience.feedPosition === null) {
      tell(session, `Nobody has looked yet who belongs. Next: muster plan ${audience.name}`);
    }
    const line =
      command.opts<JsonOption>().json === true
        ? (externalId: string) => `${JSON.stringify({ externalId })}\n`
        : (externalId: string) => `${externalId}\n`;
    const { output } = session.terminal;
    for await (const page of memberExternalIds(store, audience)) {
      if (!output.write(page.map(line).join(''))) await once(output, 'drain');
    }
    return exitCodes.done;
  },
};
