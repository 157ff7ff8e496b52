import { refreshToken } from '#connections/refresh.ts';
import { tokenEndWords } from '#domain/token-end.ts';
import { findConnection } from '#store/credentials.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const refresh: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the connection; it must have the app id and secret');
    jsonOption(command);
    examples(command, ['connection refresh "Shop, Europe"']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const { store } = await session.muster();
    const kept = await refreshToken(store, await findConnection(store, name), session.tools);
    const { connection, tokenEndsAt } = kept;
    if (command.opts<JsonOption>().json === true) printJson(session, { connection, tokenEndsAt });
    else {
      const now = new Date(session.tools.clock.nowMs());
      print(session, `${connection}: the new token ends ${tokenEndWords(tokenEndsAt, now)}`);
    }
    return exitCodes.done;
  },
};
