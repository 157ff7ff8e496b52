import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';

/** The number of a run, where it is what a command is about. @throws MusterError USAGE */
export function readRunId({ args: [text = ''] }: Command): string {
  if (/^\d{1,15}$/.test(text)) return String(Number(text));
  throw new MusterError('USAGE', `“${text}” is no number of a run`);
}
