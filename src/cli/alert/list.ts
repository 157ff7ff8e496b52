import { watchCauses } from '#alerts/watch.ts';
import { wordsOf } from '#alerts/words.ts';
import { moment } from '#http/words.ts';
import { listAlerts } from '#store/alerts.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { alertDocument } from './_describe.ts';

interface ListOptions extends JsonOption {
  readonly all?: true;
}

const SHOWN = 200;

export const list: CommandSpec = {
  describe(command) {
    command.option('--all', `also what is over, the last ${SHOWN} in all`);
    jsonOption(command);
    examples(command, ['alert list', 'alert list --all --json']);
  },

  async run(session, command) {
    const { all, json } = command.opts<ListOptions>();
    const { store } = await session.muster();
    // Also where no `serve` looks.
    await watchCauses(store);
    const alerts = await listAlerts(store, { openOnly: all !== true, limit: SHOWN });
    const now = await databaseNow(store);
    if (json === true) {
      printJson(session, { alerts: alerts.map((alert) => alertDocument(alert, now)) });
      return exitCodes.done;
    }
    const { output } = session.terminal;
    const parts = alerts.map((alert) => {
      const { title, text, next } = wordsOf(alert, now);
      const over = alert.resolvedAt === null ? '' : `, over since ${moment(alert.resolvedAt)}`;
      const head = `${styled(output, 'bold', title)}  (alert ${alert.id}, since ${moment(alert.openedAt)}${over})`;
      return `${head}\n${indent(over === '' ? `${text}\nNext: ${next}` : text)}`;
    });
    print(session, parts.length === 0 ? 'Nothing needs anybody.' : parts.join('\n\n'));
    return exitCodes.done;
  },
};
