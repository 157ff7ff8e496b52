import type { Command } from 'commander';
import type { ExitCode, Session } from './session.ts';

/** One command: what it takes, and what it does with it. Its name and summary are in commands.ts. */
export interface CommandSpec {
  /** Adds arguments, options and examples. */
  readonly describe: (command: Command) => void;
  readonly run: (session: Session, command: Command) => Promise<ExitCode>;
  /** How long it may take to end by itself when it is asked to; 0 if it does not say. */
  readonly graceMs?: number;
}

/** Lines of a command as somebody would type them, shown below its help. */
export function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  $ muster ${line}`).join('\n')}`,
  );
}

export function jsonOption(command: Command): void {
  command.option('--json', 'print one JSON document on standard output and nothing else there');
}

export interface JsonOption {
  readonly json?: true;
}

/** A command in the order of the help text. Its file is loaded when it is called, and not before. */
export interface CommandEntry {
  /** `plan`, or `audience create`. */
  readonly name: string;
  /** Without a full stop. */
  readonly summary: string;
  readonly load: () => Promise<CommandSpec>;
}
