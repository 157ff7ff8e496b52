import { MusterError } from '#domain/errors/muster-error.ts';
import { findIntegration, setExternalIdAllowed } from '#store/connections.ts';
import { setRequiredConsents } from '#store/consent-settings.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { readCategories } from '../consent-categories.ts';

interface SetOptions extends JsonOption {
  readonly externalIdAllowed?: string;
  readonly requireConsent?: string;
}

export const set: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the integration')
      .option(
        '--external-id-allowed <yes|no>',
        'whether people go who have an external id and nothing else that is enough',
      )
      .option(
        '--require-consent <categories>',
        'only who said yes to all of these, with commas between; none: it asks for no category',
      );
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nMeta finds nobody by an id that it has never seen beside an e-mail or a phone, so the default is no.\n' +
        'The next sync of each audience adds these people, or removes them.\n' +
        'Of a category that is asked for, not having said anything is a no. Who said no to it leaves at once.',
    );
    examples(command, [
      'integration set sandbox --external-id-allowed yes',
      'integration set sandbox --require-consent newsletter,advertising',
    ]);
  },

  async run(session, command) {
    const options = command.opts<SetOptions>();
    const allowed = readYesNo(options.externalIdAllowed);
    const categories =
      options.requireConsent === undefined ? null : readCategories(options.requireConsent);
    if (allowed === null && categories === null) {
      throw new MusterError('USAGE', 'nothing to set; --help lists what can be set');
    }
    const { store } = await session.muster();
    const before = await findIntegration(store, command.args[0] ?? '');
    await store.tx(async (tx) => {
      if (allowed !== null) await setExternalIdAllowed(tx, before.id, allowed);
      if (categories !== null) await setRequiredConsents(tx, before, categories);
    });
    const { name, externalIdAllowed, requiredConsents } = await findIntegration(store, before.name);
    if (options.json === true) {
      printJson(session, { integration: name, externalIdAllowed, requiredConsents });
    } else {
      const words = externalIdAllowed
        ? 'an external id alone is enough'
        : 'an external id alone is not enough';
      const asked =
        requiredConsents.length === 0
          ? 'it asks for consent to no category, so nobody is filtered by one'
          : `only who said yes to ${requiredConsents.join(' and ')}`;
      print(session, `${name}: ${words}; ${asked}\n\nNext: muster sync --all`);
    }
    return exitCodes.done;
  },
};

function readYesNo(text: string | undefined): boolean | null {
  const word = text?.toLowerCase();
  if (word === undefined) return null;
  if (word === 'yes' || word === 'true') return true;
  if (word === 'no' || word === 'false') return false;
  throw new MusterError('USAGE', `--external-id-allowed “${text}” is neither yes nor no`);
}
