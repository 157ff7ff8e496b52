import { randomBytes } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { hashOfWriteKey, hintOfWriteKey, makeWriteKey } from '#ingest/write-key.ts';
import { ensureDatabase } from '#store/databases.ts';
import { createWriteKey } from '#store/write-keys.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { keyDocument } from './_describe.ts';

interface CreateOptions extends JsonOption {
  readonly write?: true;
  readonly database: string;
  readonly name?: string;
}

export const create: CommandSpec = {
  describe(command) {
    command
      .option('--write', 'may send events into the database, and nothing else')
      .option('--database <name>', 'whose people; made if there is none of that name', 'main')
      .option('--name <name>', 'what to call the key, such as where it is used');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe key is shown once: only its hash is kept. In a page on the web everybody can read it, so it\n' +
        'opens nothing but the way in.',
    );
    examples(command, ['key create --write', 'key create --write --database shop --name website']);
  },

  async run(session, command) {
    const options = command.opts<CreateOptions>();
    if (options.write !== true) {
      throw new MusterError('USAGE', 'say what the key may do: --write');
    }
    const { store } = await session.muster();
    const { database } = await ensureDatabase(store, options.database);
    const key = makeWriteKey(randomBytes);
    const made = await createWriteKey(store, {
      ...{ databaseId: database.id, name: options.name ?? 'write key' },
      ...{ hash: hashOfWriteKey(key), hint: hintOfWriteKey(key) },
    });
    if (options.json === true) {
      printJson(session, { key, ...keyDocument(made) });
      return exitCodes.done;
    }
    const { output } = session.terminal;
    const shown = fields([
      ['write key', styled(output, 'bold', key)],
      ['number', String(made.id)],
      ['database', made.database],
    ]);
    print(session, `${indent(shown)}\n`);
    print(session, 'It is shown this once. Next: muster serve, and point an SDK at it.');
    return exitCodes.done;
  },
};
