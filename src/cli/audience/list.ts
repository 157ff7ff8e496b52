import { count, moment } from '#http/words.ts';
import { statesAtMeta } from '#insights/state-at-meta.ts';
import { overviewAudiences } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { smallWarning } from './_small.ts';
import { audienceDocument } from './_describe.ts';
import { wayWords } from './_edit-text.ts';

interface ListOptions extends JsonOption {
  readonly all?: true;
}

export const list: CommandSpec = {
  describe(command) {
    command.option('--all', 'the deactivated ones too');
    jsonOption(command);
    examples(command, ['audience list', 'audience list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const { all, json } = command.opts<ListOptions>();
    const everyOne = await overviewAudiences(store);
    const audiences = everyOne.filter(({ state }) => all === true || state !== 'deactivated');
    const states = await statesAtMeta(store);
    if (json === true) {
      const documents = audiences.map((one) => audienceDocument(one, states.get(one.name)));
      printJson(session, { audiences: documents });
      return exitCodes.done;
    }
    if (everyOne.length === 0) {
      print(session, 'There is no audience yet. Next: muster audience create NAME --rule FILE');
      return exitCodes.done;
    }
    const lines = audiences.map((audience) => [
      audience.name,
      audience.database,
      audience.integration === null
        ? '-'
        : `${audience.integration}${audience.sandbox === true ? ' (sandbox)' : ''}`,
      wayWords[audience.way],
      audience.state,
      audience.evaluated ? count(audience.members) : '-',
      audience.metaAudienceId ?? '-',
      states.get(audience.name)?.size ?? '-',
      audience.synchronizedAt === null ? '-' : moment(audience.synchronizedAt),
    ]);
    const head = [
      ...['name', 'database', 'integration', 'filled', 'state', 'members', 'Meta audience', 'size'],
      'synchronized on',
    ];
    if (lines.length > 0) print(session, table(head, lines, [5]));
    const hidden = everyOne.length - audiences.length;
    if (hidden > 0) tell(session, `${count(hidden)} deactivated; see them with --all.`);
    for (const { name, evaluated, members } of audiences) {
      const atMeta = states.get(name)?.warnings ?? [];
      const small = evaluated && atMeta.length === 0 ? smallWarning(members) : null;
      for (const warning of small === null ? atMeta : [small]) tell(session, `${name}: ${warning}`);
    }
    return exitCodes.done;
  },
};
