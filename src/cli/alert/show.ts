import { wordsOf } from '#alerts/words.ts';
import { moment } from '#http/words.ts';
import { findAlert } from '#store/alerts.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { alertDocument } from './_describe.ts';

export const show: CommandSpec = {
  describe(command) {
    command.argument('<alert>', 'its number');
    jsonOption(command);
    examples(command, ['alert show 4']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const alert = await findAlert(store, command.args[0] ?? '');
    const now = await databaseNow(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, alertDocument(alert, now));
      return exitCodes.done;
    }
    const { title, text, next } = wordsOf(alert, now);
    const shown = fields([
      ['database', alert.database],
      ['since', moment(alert.openedAt)],
      ['told', `${moment(alert.toldAt)}, ${alert.reminders} reminders`],
      ['silent until', alert.silencedUntil === null ? null : moment(alert.silencedUntil)],
      ['over since', alert.resolvedAt === null ? null : moment(alert.resolvedAt)],
    ]);
    print(session, `${title}\n\n${text}\n\n${shown}\n\nNext: ${next}`);
    return exitCodes.done;
  },
};
