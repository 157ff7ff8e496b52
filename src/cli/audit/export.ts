import { readAuditAfter } from '#store/audit.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';
import { entryDocument } from './list.ts';

const PAGE = 1_000;

export const exportCommand: CommandSpec = {
  describe(command) {
    command.addHelpText(
      'after',
      '\nOne line of JSON an entry, the oldest first, each with its hash and the one before.',
    );
    examples(command, ['audit export > audit.jsonl']);
  },

  async run(session) {
    const { store } = await session.muster();
    for (let afterId = 0; ; ) {
      const page = await readAuditAfter(store, afterId, PAGE);
      const last = page.at(-1);
      if (last === undefined) return exitCodes.done;
      print(session, page.map((entry) => JSON.stringify(entryDocument(entry))).join('\n'));
      afterId = last.id;
    }
  },
};
