import type { Command } from 'commander';
import type { JsonOption } from '../command.ts';

export interface WhoOptions extends JsonOption {
  readonly database: string;
}

/** Whom a command is about. */
export function describeWho(command: Command): void {
  command.argument('<external-id>', 'the person, by your own id');
  databaseOption(command);
}

export function databaseOption(command: Command): void {
  command.option('--database <name>', 'whose people', 'main');
}

export function whoOf(command: Command): { externalId: string; database: string } {
  const [externalId = ''] = command.args;
  return { externalId, database: command.opts<WhoOptions>().database };
}
