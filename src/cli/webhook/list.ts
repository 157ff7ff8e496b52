import { listChannels } from '#store/alert-channels.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['webhook list', 'webhook list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const webhooks = (await listChannels(store)).filter(({ kind }) => kind !== 'mail');
    if (command.opts<JsonOption>().json === true) {
      printJson(session, {
        webhooks: webhooks.map(({ name, kind, place, allowPrivate, endedAt, problem }) => ({
          ...{ name, kind, host: place, allowPrivate, problem },
          endedAt: endedAt?.toISOString() ?? null,
        })),
      });
    } else if (webhooks.length === 0) {
      print(session, 'There is no webhook yet. Next: muster webhook create NAME --url URL');
    } else {
      const lines = webhooks.map(({ name, kind, place, endedAt, problem }) => [
        ...[name, kind, place],
        endedAt === null ? (problem ?? 'well') : 'it said that it is gone (410)',
      ]);
      print(session, table(['name', 'kind', 'host', 'how it is'], lines));
    }
    return exitCodes.done;
  },
};
