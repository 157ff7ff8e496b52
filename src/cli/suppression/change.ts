import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import {
  changeSuppressions,
  type NamedValues,
  showSuppressions,
  type SuppressionReport,
} from '#sync/kept-out.ts';
import { readPeopleFile, splitPeople } from '#sync/people-list.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, tell } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';
import { people } from '../words.ts';

export interface ValueOptions extends JsonOption {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly phone?: readonly string[];
  readonly file?: readonly string[];
  readonly database: string;
}

export const add = changing('add', 'suppression add');
export const remove = changing('remove', 'suppression remove');

function changing(side: 'add' | 'remove', name: string): CommandSpec {
  return {
    describe(command) {
      command
        .option('--id <id...>', 'external ids')
        .option('--email <address...>', 'e-mail addresses')
        .option('--phone <number...>', 'phone numbers')
        .option('--file <file...>', 'a list of ids or addresses: CSV, or one a line')
        .option('--database <name>', 'whose list', 'main');
      jsonOption(command);
      command.addHelpText(
        'after',
        '\nWhoever holds a value of the list is in no audience, whatever fills it, also people who come later.\n' +
          'The values themselves are not kept. It holds at once; Meta hears of it with the next runs.',
      );
      examples(command, [`${name} --email press@example.com`, `${name} --file staff.csv`]);
    },

    async run(session, command) {
      const options = command.opts<ValueOptions>();
      const values = await readValues(session, options);
      const none = { ids: [], emails: [], phones: [] };
      const change = { add: none, remove: none, [side]: values };
      const report = await changeSuppressions(await session.muster(), options.database, change);
      return printSuppressions(session, command, report);
    },
  };
}

export const show: CommandSpec = {
  describe(command) {
    command.option('--database <name>', 'whose list', 'main');
    jsonOption(command);
    examples(command, ['suppression show']);
  },

  async run(session, command) {
    const { database } = command.opts<ValueOptions>();
    const report = await showSuppressions(await session.muster(), database);
    return printSuppressions(session, command, report);
  },
};

export async function readValues(session: Session, options: ValueOptions): Promise<NamedValues> {
  const { id = [], email = [], phone = [], file = [] } = options;
  if (id.length + email.length + phone.length + file.length === 0) {
    throw new MusterError('USAGE', 'say what, with --id, --email, --phone or --file');
  }
  const [ids, emails] = [[...id], [...email]];
  for (const path of file) {
    const readText = () => readTextFile(session, path);
    const named =
      path === '-' ? splitPeople(await readText()) : await readPeopleFile(path, readText);
    ids.push(...named.ids);
    emails.push(...named.emails);
  }
  return { ids, emails, phones: phone };
}

const kindWords: Readonly<Record<string, string>> = {
  EXTERN_ID: 'external ids',
  EMAIL: 'e-mail addresses',
  PHONE: 'phone numbers',
};

export function printSuppressions(
  session: Session,
  command: Command,
  report: SuppressionReport,
): ExitCode {
  if (command.opts<ValueOptions>().json === true) {
    printJson(session, report);
    return exitCodes.done;
  }
  const { database, added, removed, left, values, unusable } = report;
  const some = (number: number) => (number === 0 ? null : count(number));
  const lines = fields([
    ['added', some(added)],
    ['taken off', some(removed)],
    ...Object.entries(values).map(([kind, number]): [string, string] => [
      kindWords[kind] ?? kind,
      count(number),
    ]),
    ['people who hold one', people(report.people)],
    ['were in an audience until now', left === 0 ? null : people(left)],
  ]);
  print(session, `The suppression list of ${database}\n${indent(lines)}`);
  if (unusable.length > 0) tell(session, `Cannot be read as such a value: ${unusable.join(', ')}.`);
  return exitCodes.done;
}
