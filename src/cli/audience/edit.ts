import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { findAudience } from '#store/audiences.ts';
import { findIntegration } from '#store/connections.ts';
import {
  type AudienceEdit,
  type AudienceEditReport,
  editAudience,
  type EditedField,
  ruleLines,
} from '#sync/edit-audience.ts';
import { count } from '#http/words.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { readRuleFile } from '../rule-file.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { people } from '../words.ts';
import { warnOfWords } from './create.ts';
import { type OwnOptions, ownOptions, readOwn } from './_own-options.ts';

interface EditOptions extends OwnOptions, JsonOption {
  readonly rule?: string;
  readonly integration?: string;
  readonly ifVersion?: string;
}

export const edit: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--rule <file>', 'another rule: a JSON file, or - for standard input')
      .option('--integration <name>', 'where it goes; only before it was ever at Meta');
    ownOptions(command);
    command.option('--if-version <number>', 'do it: the version that you have looked at');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout --if-version it only says what would change, who would come and go, and the version. Whoever\n' +
        'does it says that version, so that nobody undoes what somebody else changed meanwhile. “none”\n' +
        'takes a folder, a label, an address or an ad account away. Meta is told a new description and\n' +
        'opt-out address. When it is sent is changed by `audience schedule`, its name by `audience rename`, how it\n' +
        'is filled by `audience way`.',
    );
    examples(command, [
      'audience edit gold --rule gold.json',
      'audience edit gold --rule gold.json --if-version 3',
      'audience edit gold --description "Who pays" --folder Customers --if-version 4',
    ]);
  },

  async run(session, command) {
    const { options, own, seen } = readWish(command);
    const [name = ''] = command.args;
    const rule = options.rule === undefined ? undefined : await readRuleFile(session, options.rule);
    const muster = await session.muster();
    await findAudience(muster.store, name);
    const wish: AudienceEdit = {
      ...own,
      ...(rule === undefined ? {} : { rule }),
      ...(options.integration === undefined
        ? {}
        : { integration: await findIntegration(muster.store, options.integration) }),
    };
    if (Object.keys(wish).length === 0) throw new MusterError('USAGE', 'say what shall change');
    warnOfWords(session, '', own);
    return printEdited(session, command, await editAudience(muster, name, wish, seen));
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command) {
  const options = command.opts<EditOptions>();
  return { options, own: readOwn(options), seen: readVersion(options.ifVersion) };
}

export function printEdited(
  session: Session,
  command: Command,
  report: AudienceEditReport,
): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, report);
  else printReport(session, report);
  return exitCodes.done;
}

function readVersion(text: string | undefined): number | null {
  if (text === undefined) return null;
  const version = Number(text);
  if (Number.isInteger(version) && version > 0) return version;
  throw new MusterError('USAGE', `--if-version “${text}” is no number`);
}

function printReport(session: Session, report: AudienceEditReport): void {
  const { audience, version, changes, members, done } = report;
  const head = styled(session.terminal.output, 'bold', audience);
  if (changes.length === 0) {
    print(session, `${head}  version ${version}\n  It is so already: nothing changes.`);
    return;
  }
  print(session, `${head}  ${done ? `changed, now version ${version}` : `version ${version}`}`);
  for (const change of changes) print(session, indent(changeText(change)));
  if (members !== null) {
    const lines = fields([
      ['members before', count(members.before)],
      [done ? 'members now' : 'members then', count(members.after)],
      [done ? 'joined' : 'would join', people(members.joined)],
      [done ? 'left' : 'would leave', people(members.left)],
    ]);
    print(session, indent(lines));
  }
  if (done) return;
  print(session, `\nNothing was changed. To do it: the same with --if-version ${version}`);
}

const labels: Readonly<Record<EditedField['field'], string>> = {
  rule: 'who belongs',
  description: 'description',
  optOutLink: 'opt-out address',
  adAccount: 'ad account',
  integration: 'integration',
  folder: 'folder',
  labels: 'labels',
};

function changeText({ field, before, after, atMeta }: EditedField): string {
  const label = `${labels[field]}${atMeta ? ', at Meta too' : ''}`;
  if (field !== 'rule') {
    const from = field === 'integration' ? '' : `${valueText(before)} → `;
    return `${label}: ${from}${valueText(after)}`;
  }
  const how = { ruleMode: 'match', ruleDaily: false } as const;
  const [was, is] = [before, after].map((rule) => indent(ruleLines(how, rule).join('\n'), '    '));
  return `${label}\n  was\n${was}\n  is\n${is}`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value !== 'string' || value === '' ? 'none' : `“${value}”`;
}
