import { stat } from 'node:fs/promises';
import { sealedWithoutKey } from '#connections/sealed-with.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { checkBackup, restoreBackup } from '#store/restore.ts';
import { openBackup } from './backup.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { indent } from './layout.ts';
import { print, printJson } from './print.ts';
import { exitCodes } from './session.ts';
import { rows } from './words.ts';

interface RestoreOptions extends JsonOption {
  readonly check?: true;
}

export const restore: CommandSpec = {
  describe(command) {
    command
      .argument('<file>', 'what `muster backup` has written')
      .option('--check', 'only read it and say whether it is whole');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nInto an empty place: a new --data directory, or an empty database in DATABASE_URL; whichever of the\n' +
        'two it came from, and into a newer PostgreSQL too. Nothing is sent from a restored copy until\n' +
        '`muster resume`. Put the key of the original into the new data directory first: without it tokens\n' +
        'and passwords cannot be opened, and have to be given again.',
    );
    examples(command, ['restore muster.gz --check', 'restore muster.gz --data ./copy']);
  },

  async run(session, command) {
    const [file = ''] = command.args;
    const { check, json } = command.opts<RestoreOptions>();
    await stat(file).catch((cause: Error) => {
      throw new MusterError('FILE_UNREADABLE', cause.message, { cause });
    });
    // Whole, before anything is touched.
    const summary = await checkBackup(openBackup(file));
    const what = `${rows(summary.rows)} of ${summary.tables} tables, made ${summary.madeAt}`;
    if (check === true) {
      if (json === true) printJson(session, { file, whole: true, ...summary });
      else print(session, `${file} is whole: ${what}`);
      return exitCodes.done;
    }
    const { store } = await session.muster();
    await restoreBackup(store, openBackup(file));
    const closed = await sealedWithoutKey(store, await session.tools.keys());
    if (json === true) {
      printJson(session, { file, ...summary, paused: true, withoutKey: closed });
      return exitCodes.done;
    }
    print(session, `Restored: ${what}. It is paused: nothing is sent.`);
    if (closed.length > 0) {
      print(
        session,
        `\nThe key that is here does not open these. Put the original’s key in its place (file \`key\` in the\n` +
          `data directory, or MUSTER_KEY), or give tokens and passwords again:\n${indent(closed.join('\n'))}`,
      );
    }
    print(session, '\nNext: when the original no longer runs, muster resume');
    return exitCodes.done;
  },
};
