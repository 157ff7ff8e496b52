import { MusterError } from '#domain/errors/muster-error.ts';
import { revokeWriteKey } from '#store/write-keys.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { keyDocument } from './_describe.ts';

export const revoke: CommandSpec = {
  describe(command) {
    command.argument('<number>', 'the key, as `key list` numbers it');
    jsonOption(command);
    examples(command, ['key revoke 3']);
  },

  async run(session, command) {
    const [number = ''] = command.args;
    if (!/^\d{1,9}$/.test(number)) throw new MusterError('KEY_UNKNOWN', `“${number}”`);
    const { store } = await session.muster();
    const key = await revokeWriteKey(store, Number(number));
    if (command.opts<JsonOption>().json === true) printJson(session, keyDocument(key));
    else print(session, `Revoked key ${key.id} (${key.name}); it is refused within 5 seconds.`);
    return exitCodes.done;
  },
};
