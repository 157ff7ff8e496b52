import { MusterError } from '#domain/errors/muster-error.ts';
import { type ComputedFunction, computedFunctions, countWith } from '#store/computed-traits.ts';
import { ensureDatabase } from '#store/databases.ts';
import { makeComputedTrait } from '#sync/computed-traits.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { people } from '../words.ts';
import { computedWords, traitDocument } from './_describe.ts';

interface ComputeOptions extends JsonOption {
  readonly database: string;
  readonly event: string;
  readonly count?: true | string;
  readonly sum?: string;
  readonly average?: string;
  readonly first?: string;
  readonly last?: string;
  readonly mostFrequent?: string;
  readonly days?: string;
  readonly as?: string;
}

export const compute: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'what the trait is called')
      .requiredOption('--event <name>', 'the event that it is worked out from')
      .option('--count [property]', 'how many there were; with a property those that have it')
      .option('--sum <property>', 'the numbers of that property, added up')
      .option('--average <property>', 'their average')
      .option('--first <property>', 'its value in the first event that has one')
      .option('--last <property>', 'its value in the last event that has one')
      .option('--most-frequent <property>', 'its value that came most often')
      .option('--days <number>', 'only events of so many last days; otherwise all')
      .option('--as <key>', 'an identifier that it feeds besides, such as LOOKALIKE_VALUE')
      .option('--database <name>', 'whose people', 'main');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhoever has no such event has no such trait. It is kept true as events come, and as time takes them out\n' +
        'of the window, by `muster serve`, and before each run.',
    );
    examples(command, [
      'trait compute orders_90d --event "Order Completed" --count --days 90',
      'trait compute revenue --event "Order Completed" --sum total --as LOOKALIKE_VALUE',
      'trait compute favourite --event "Product Viewed" --most-frequent category',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ComputeOptions>();
    const [name = ''] = command.args;
    const { as: key, event } = options;
    const { function: which, property } = readFunction(options);
    const muster = await session.muster();
    const { database } = await ensureDatabase(muster.store, options.database);
    const trait = await makeComputedTrait(muster, {
      ...{ databaseId: database.id, name, event, function: which, property },
      ...{ days: readDays(options.days), key: key ?? null },
    });
    const having = await countWith(muster.store, trait);
    if (options.json === true) printJson(session, { ...traitDocument(trait), people: having });
    else {
      print(
        session,
        `${name} is ${computedWords(trait)}; ${people(having)} of ${trait.database} have it.`,
      );
    }
    return exitCodes.done;
  },
};

function readFunction(options: ComputeOptions): {
  readonly function: ComputedFunction;
  readonly property: string | null;
} {
  const { count, sum, average, first, last, mostFrequent } = options;
  const given = { count, sum, average, first, last, most_frequent: mostFrequent };
  const chosen = computedFunctions.filter((one) => given[one] !== undefined);
  const [which] = chosen;
  if (which === undefined || chosen.length > 1) {
    throw new MusterError('TRAIT_INVALID', `${chosen.length} of its kinds are chosen, not one`);
  }
  const property = given[which];
  return { function: which, property: typeof property === 'string' ? property : null };
}

function readDays(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = Number(text);
  if (days > 0 && days <= 36_500) return days;
  throw new MusterError('TRAIT_INVALID', `“${text}” is no number of days from 0 to 36,500`);
}
