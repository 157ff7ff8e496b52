import { moment } from '#http/words.ts';
import { listWriteKeys } from '#store/write-keys.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { keyDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['key list', 'key list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const keys = await listWriteKeys(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { keys: keys.map(keyDocument) });
      return exitCodes.done;
    }
    if (keys.length === 0) {
      print(session, 'There is no key yet. Next: muster key create --write');
      return exitCodes.done;
    }
    const lines = keys.map(({ id, name, database, hint, createdAt, revokedAt }) => [
      ...[String(id), name, database, `…${hint}`, moment(createdAt)],
      revokedAt === null ? '-' : moment(revokedAt),
    ]);
    print(session, table(['number', 'name', 'database', 'ends in', 'made', 'revoked'], lines, [0]));
    return exitCodes.done;
  },
};
