import { listLookalikes } from '#sync/lookalikes.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { quoted } from '../words.ts';
import { reachText } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    command.argument('<audience>', 'the audience that they grow from');
    jsonOption(command);
    examples(command, ['lookalike list gold', 'lookalike list gold --json']);
  },

  async run(session, command) {
    const [audience = ''] = command.args;
    const lookalikes = await listLookalikes(await session.muster(), audience);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { audience, lookalikes });
      return exitCodes.done;
    }
    if (lookalikes.length === 0) {
      print(session, `None. Next: muster lookalike create ${quoted(audience)} --country DE`);
      return exitCodes.done;
    }
    const lines = lookalikes.map((one) => [
      one.name,
      reachText(one),
      one.size,
      one.metaAudienceId,
      one.status,
    ]);
    print(session, table(['name', 'of whom', 'size', 'Meta audience', 'status'], lines));
    return exitCodes.done;
  },
};
