import { presetKeys } from '#automations/presets.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { readJsonFile } from '../scenario/json-file.ts';
import type { Session } from '../session.ts';

export interface AutomationOptions {
  readonly automation?: string;
  readonly with?: readonly string[];
  readonly direction?: string;
}

/** An automation as it is written, from a preset with its parameters or from a file. */
export async function readAutomationOption(
  session: Session,
  options: AutomationOptions,
): Promise<unknown> {
  const { automation = '', with: params, direction } = options;
  const preset = presetKeys.find((key) => key === automation.replaceAll('-', '_'));
  if (preset !== undefined) {
    return { preset, with: readParams(params ?? []), do: readDirection(direction) };
  }
  if (!/\.json$/i.test(automation) && automation !== '-') {
    const measured = `“${automation}” is no file that ends in .json and none of ${presetKeys.join(', ')}`;
    throw new MusterError('USAGE', measured);
  }
  if (params !== undefined || direction !== undefined) {
    throw new MusterError('USAGE', '--with and --direction belong to a preset: a file says it all');
  }
  return await readJsonFile(session, automation);
}

function readDirection(direction = 'add'): 'add' | 'remove' {
  if (direction === 'add') return 'add';
  if (direction === 'remove' || direction === 'delete') return 'remove';
  throw new MusterError('USAGE', `--direction “${direction}” is not one of add, remove`);
}

function readParams(assignments: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf('=');
      if (equals < 1) throw new MusterError('USAGE', 'write --with NAME=VALUE');
      const name = assignment.slice(0, equals);
      const value = assignment.slice(equals + 1);
      return [name, name === 'value' && value.trim() !== '' ? Number(value) : value];
    }),
  );
}
