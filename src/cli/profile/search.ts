import type { Command } from 'commander';
import { parseRule, type Rule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { findDatabase } from '#store/databases.ts';
import { type FoundProfile, SEARCH_FIRST_PARAM, searchProfiles } from '#store/profile-details.ts';
import { membershipOf } from '#sync/scope.ts';
import { type CommandSpec, examples, jsonOption } from '../command.ts';
import { print, printJson, tell } from '../print.ts';
import { readRuleFile } from '../rule-file.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { databaseOption, type WhoOptions } from './who.ts';

interface SearchOptions extends WhoOptions {
  readonly rule?: string;
  readonly trait?: readonly string[];
  readonly limit: string;
}

const LIMIT_MAX = 100_000;

export const search: CommandSpec = {
  describe(command) {
    command
      .option(
        '--trait <name=value...>',
        'who has this value, also of an identifier; all of several',
      )
      .option('--rule <file>', 'whom a rule finds: a JSON file, or - for standard input')
      .option('--limit <number>', 'at most so many', '20');
    databaseOption(command);
    jsonOption(command);
    command.addHelpText('after', '\nExternal ids, one a line; with --json one document a line.');
    examples(command, [
      'profile search --trait email=ana@example.com',
      'profile search --rule gold.json',
    ]);
  },

  async run(session, command) {
    const { limit, database } = readWish(command);
    const rule = await readSearch(session, command);
    const { store } = await session.muster();
    const { id } = await findDatabase(store, database);
    const membership = await membershipOf(store, id, rule, SEARCH_FIRST_PARAM);
    const found = await searchProfiles(store, id, { membership, text: null, afterId: '0', limit });
    return printFound(session, command, found);
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command): { limit: number; database: string } {
  const { limit: text, database } = command.opts<SearchOptions>();
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return { limit, database };
  throw new MusterError('USAGE', `--limit “${text}” is not a number up to 100,000`);
}

export function printFound(
  session: Session,
  command: Command,
  found: readonly Pick<FoundProfile, 'externalId' | 'consent'>[],
): ExitCode {
  const { limit } = readWish(command);
  for (const { externalId, consent } of found) {
    if (command.opts<SearchOptions>().json === true) printJson(session, { externalId, consent });
    else print(session, externalId);
  }
  if (found.length === limit) tell(session, `There may be more than ${limit}: --limit shows them.`);
  return exitCodes.done;
}

/** @throws MusterError USAGE, FILE_UNREADABLE, RULE_… */
export async function readSearch(session: Session, command: Command): Promise<Rule> {
  const { rule, trait = [] } = command.opts<SearchOptions>();
  const all: unknown[] = trait.map((assignment) => {
    const equals = assignment.indexOf('=');
    if (equals < 1) throw new MusterError('USAGE', 'write --trait NAME=VALUE');
    const value = assignment.slice(equals + 1);
    return { trait: assignment.slice(0, equals), op: 'equals', value };
  });
  if (rule !== undefined) all.push(await readRuleFile(session, rule));
  if (all.length === 0)
    throw new MusterError('USAGE', 'say who, with --trait NAME=VALUE or --rule FILE');
  return parseRule({ all });
}
