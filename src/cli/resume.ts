import { moment } from '#http/words.ts';
import { pausedSince, resumeInstallation } from '#store/restore.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { exitCodes } from './session.ts';

export const resume: CommandSpec = {
  describe(command) {
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nOnly when the original is gone: two copies would each undo what the other one does. Every member is\n' +
        'said again, since nobody knows what happened at Meta since the backup was made. Whom the original\n' +
        'added after it, this copy does not know: `muster audience replace NAME` takes them out.',
    );
    examples(command, ['resume']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const since = await pausedSince(store);
    await resumeInstallation(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { wasPausedSince: since?.toISOString() ?? null });
    } else if (since === null) print(session, 'It was not paused.');
    else {
      print(
        session,
        `It goes on; it was paused since ${moment(since)}.\n\nNext: muster sync --all`,
      );
    }
    return exitCodes.done;
  },
};
