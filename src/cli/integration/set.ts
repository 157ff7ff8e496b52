import { MusterError } from '#domain/errors/muster-error.ts';
import { findIntegration, setExternalIdAllowed } from '#store/connections.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface SetOptions extends JsonOption {
  readonly externalIdAllowed: string;
}

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the integration')
      .requiredOption(
        '--external-id-allowed <yes|no>',
        'whether people go who have an external id and nothing else that is enough',
      );
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nMeta finds nobody by an id that it has never seen beside an e-mail or a phone, so the default is no.\n' +
        'The next sync of each audience adds these people, or removes them.',
    );
    examples(command, ['integration set sandbox --external-id-allowed yes']);
  },

  async run(session, command) {
    const options = command.opts<SetOptions>();
    const allowed = readYesNo(options.externalIdAllowed);
    const { store } = await session.muster();
    const integration = await findIntegration(store, command.args[0] ?? '');
    await store.tx((tx) => setExternalIdAllowed(tx, integration.id, allowed));
    const { name } = integration;
    if (options.json === true)
      printJson(session, { integration: name, externalIdAllowed: allowed });
    else {
      const words = allowed
        ? 'an external id alone is enough'
        : 'an external id alone is not enough';
      print(session, `${name}: ${words}\n\nNext: muster sync --all`);
    }
    return exitCodes.done;
  },
};

function readYesNo(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'true') return true;
  if (word === 'no' || word === 'false') return false;
  throw new MusterError('USAGE', `--external-id-allowed “${text}” is neither yes nor no`);
}
