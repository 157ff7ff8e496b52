import type { Command } from 'commander';
import { count } from '#http/words.ts';
import { findDatabase } from '#store/databases.ts';
import {
  type Breakdown,
  breakDown,
  countRule,
  type MaskedPerson,
  samplePeople,
} from '#sync/breakdown.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { readRuleFile } from '../rule-file.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { people } from '../words.ts';

export interface CountOptions extends JsonOption {
  readonly breakdown?: true;
  readonly exact?: true;
  readonly samples?: true;
  readonly overlap?: readonly string[];
  readonly rule: string;
  readonly database: string;
}

export const SAMPLES_MAX = 10;

export const countCommand: CommandSpec = {
  describe(command) {
    command
      .requiredOption('--rule <file>', 'a rule as JSON, or - for standard input')
      .option('--database <name>', 'whose people', 'main');
    command
      .option('--exact', 'every single person, though it may take longer than a second')
      .option('--breakdown', 'each line of the rule, consent, and what there is to match by')
      .option('--samples', 'ten of the people found, by the shapes of what is known of them')
      .option('--overlap <names...>', 'how many of them are members of these audiences too');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nUp to 100,000 people are counted exactly. Of more it says within a second what a sample shows, with\n' +
        'how far that may be off (right 19 times out of 20), unless all of them can be counted in that time.',
    );
    examples(command, [
      'audience count --rule gold.json',
      'audience count --rule gold.json --breakdown --samples --overlap vip newsletter',
      `audience count --rule - --json <<< '{"trait":"plan","op":"equals","value":"gold"}'`,
    ]);
  },

  async run(session, command) {
    const options = command.opts<CountOptions>();
    const rule = await readRuleFile(session, options.rule);
    const muster = await session.muster();
    const { id, name } = await findDatabase(muster.store, options.database);
    const precision = options.exact === true ? 'exact' : 'quick';
    const overlapWith = options.overlap ?? [];
    const broken = isBroken(options)
      ? await breakDown(muster, id, rule, { overlapWith, precision })
      : null;
    const found = broken ?? (await countRule(muster, id, rule, precision));
    const samples =
      options.samples === true ? await samplePeople(muster.store, id, rule, SAMPLES_MAX) : null;
    return printCount(session, command, { database: name, found, broken, samples });
  },
};

/** Whether more than the number was asked for. */
export function isBroken({ breakdown, overlap }: CountOptions): boolean {
  return breakdown === true || overlap !== undefined;
}

interface Counted {
  readonly database: string;
  readonly found: { readonly count: number; readonly error: number };
  readonly broken: Breakdown | null;
  readonly samples: readonly MaskedPerson[] | null;
}

export function printCount(
  session: Session,
  command: Command,
  { database, found, broken, samples }: Counted,
): ExitCode {
  if (command.opts<CountOptions>().json === true) {
    printJson(session, {
      count: found.count,
      ...(found.error === 0 ? {} : { error: found.error }),
      ...broken,
      ...(samples === null ? {} : { samples }),
    });
    return exitCodes.done;
  }
  const parts = [
    `${foundText(found)} in ${database}`,
    ...(broken === null ? [] : breakdownTexts(broken)),
    ...(samples === null ? [] : [samplesText(samples)]),
  ];
  print(session, parts.join('\n\n'));
  return exitCodes.done;
}

/** `4,117 people`, or `about 193,000 ± 3,100 people`: no digit that the error makes worthless. */
function foundText({ count: found, error }: { count: number; error: number }): string {
  if (error === 0) return people(found);
  const size = 10 ** Math.max(0, Math.floor(Math.log10(error)) - 1);
  const rounded = Math.round(found / size) * size;
  return `about ${count(rounded)} ± ${count(Math.ceil(error / size) * size)} people`;
}

function breakdownTexts(found: Breakdown): string[] {
  const lines = found.lines.map(({ line, count: alone, left }) => [
    count(alone),
    left === null ? '' : count(left),
    line,
  ]);
  const { enough, externalIdOnly, nothing } = found.coverage;
  const { yes, no, unknown } = found.consent;
  const known = fields([
    ['consent', `${count(yes)} yes, ${count(no)} no, ${count(unknown)} unknown`],
    ['enough to match by', count(enough)],
    ['an external id alone', externalIdOnly === 0 ? null : count(externalIdOnly)],
    ['nothing to match by', nothing === 0 ? null : count(nothing)],
    ...Object.entries(found.coverage.fields).map(
      ([field, people]) => [field, count(people)] as const,
    ),
  ]);
  const overlap = found.overlap.map(({ audience, members, both }) => [
    audience,
    count(members),
    count(both),
  ]);
  return [
    table(['alone', 'left', 'line'], lines, [0, 1]),
    `Of them\n${indent(known)}`,
    ...(overlap.length === 0 ? [] : [table(['audience', 'members', 'both'], overlap, [1, 2])]),
  ];
}

function samplesText(samples: readonly MaskedPerson[]): string {
  if (samples.length === 0) return 'Nobody to show.';
  const lines = samples.map(({ externalId, identifiers }) =>
    [externalId, ...Object.entries(identifiers).map(([field, shape]) => `${field} ${shape}`)].join(
      '  ',
    ),
  );
  return `Some of them, letters as a and digits as 9\n${indent(lines.join('\n'))}`;
}
