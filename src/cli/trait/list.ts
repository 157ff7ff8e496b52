import { listComputedTraits } from '#store/computed-traits.ts';
import { findDatabase } from '#store/databases.ts';
import { listTraits } from '#store/traits.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { computedWords, traitDocument } from './_describe.ts';

interface ListOptions extends JsonOption {
  readonly database: string;
}

export const list: CommandSpec = {
  describe(command) {
    command.option('--database <name>', 'whose people', 'main');
    jsonOption(command);
    examples(command, ['trait list', 'trait list --json']);
  },

  async run(session, command) {
    const options = command.opts<ListOptions>();
    const { store } = await session.muster();
    const { id } = await findDatabase(store, options.database);
    const computed = new Map((await listComputedTraits(store, id)).map((one) => [one.name, one]));
    const traits = await listTraits(store, id);
    if (options.json === true) {
      const documents = traits.map(({ name, type, field, isList }) => {
        const made = computed.get(name);
        return {
          name,
          type,
          field,
          isList,
          computed: made === undefined ? null : traitDocument(made),
        };
      });
      printJson(session, { traits: documents });
    } else if (traits.length === 0) {
      print(session, 'Nobody has brought a trait yet. Next: muster import FILE');
    } else {
      const lines = traits.map(({ name, type, field }) => {
        const made = computed.get(name);
        const given = field === null ? 'what people bring' : `identifier ${field}`;
        return [name, type, made === undefined ? given : computedWords(made)];
      });
      print(session, table(['trait', 'type', 'is'], lines));
    }
    return exitCodes.done;
  },
};
