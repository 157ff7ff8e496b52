import { rotateKey } from '#connections/rotate-key.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const rotateKeyCommand: CommandSpec = {
  describe(command) {
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWith a key file (MUSTER_KEY_FILE, or `key` in the data directory) a new key is made, put into the\n' +
        'file, and the old one is taken away when all is done. With MUSTER_KEY put the new key in front of\n' +
        'the old one, with a space between them; run this; then take the old one away.',
    );
    examples(command, ['connection rotate-key', 'connection rotate-key --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const rotated = await rotateKey(store, session.settings, session.secrets);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, rotated);
      return exitCodes.done;
    }
    const { connections, oldKeyGone } = rotated;
    const what = connections === 1 ? '1 connection is' : `${connections} connections are`;
    print(
      session,
      oldKeyGone
        ? `${what} sealed with a new key. The old one is gone; keep a copy of the new one.`
        : `${what} sealed with the first key of MUSTER_KEY. Next: take the others out of it.`,
    );
    return exitCodes.done;
  },
};
