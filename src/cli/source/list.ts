import { listSources } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { sourceDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['source list', 'source list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const sources = await listSources(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { sources: sources.map(sourceDocument) });
    } else if (sources.length === 0) {
      print(
        session,
        'There is no source yet. Next: muster source add NAME --type postgres --url-file FILE',
      );
    } else {
      const lines = sources.map(({ name, kind, place }) => [name, kind, place]);
      print(session, table(['name', 'type', 'where'], lines));
    }
    return exitCodes.done;
  },
};
