import { count, moment } from '#http/words.ts';
import { overviewAudiences } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { audienceDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['audience list', 'audience list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const audiences = await overviewAudiences(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { audiences: audiences.map(audienceDocument) });
      return exitCodes.done;
    }
    if (audiences.length === 0) {
      print(session, 'There is no audience yet. Next: muster audience create NAME --rule FILE');
      return exitCodes.done;
    }
    const lines = audiences.map((audience) => [
      audience.name,
      audience.database,
      audience.integration === null
        ? '-'
        : `${audience.integration}${audience.sandbox === true ? ' (sandbox)' : ''}`,
      audience.state,
      audience.evaluated ? count(audience.members) : '-',
      audience.metaAudienceId ?? '-',
      audience.synchronizedAt === null ? '-' : moment(audience.synchronizedAt),
    ]);
    const head = [
      ...['name', 'database', 'integration', 'state', 'members', 'Meta audience'],
      'synchronized on',
    ];
    print(session, table(head, lines, [4]));
    return exitCodes.done;
  },
};
