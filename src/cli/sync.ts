import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { listAudiences } from '#store/audiences.ts';
import type { Muster } from '#sync/muster.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { printReport } from './run-report.ts';
import type { ExitCode, Session } from './session.ts';
import { syncEach, syncOne } from './sync-each.ts';

export interface SyncOptions extends JsonOption {
  readonly all?: true;
  readonly wait?: true;
  readonly strict?: true;
}

export const sync: CommandSpec = {
  describe(command) {
    command
      .argument('[name]', 'the audience')
      .option('--all', 'all audiences, one after the other')
      .option('--wait', 'stay until nothing waits any more, however long')
      .option('--strict', 'exit with 4 when rows were rejected or values could not be used');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nActivates the audience if need be. Waits by itself where that takes less than 30 seconds; what\n' +
        'has to wait longer is named, and the exit code is 5.',
    );
    examples(command, ['sync gold', 'sync gold --wait --strict', 'sync --all --json']);
  },

  async run(session, command) {
    const options = command.opts<SyncOptions>();
    const name = readName(command, options);
    const muster = await session.muster();
    if (name === null) return await syncAll(session, muster, options);
    const wish = { wait: options.wait === true, trigger: 'manual' } as const;
    const report = await syncOne(session, muster, name, wish);
    return printReport(session, report, askedOf(options));
  },
};

/** How it is printed, and how it ends. */
export function askedOf({ json, strict }: SyncOptions): { json: boolean; strict: boolean } {
  return { json: json === true, strict: strict === true };
}

/** The audience that was named; null: all of them. */
export function readName(command: Command, { all }: SyncOptions): string | null {
  const [name] = command.args;
  if (name === undefined && all !== true)
    throw new MusterError('USAGE', 'NAME or --all is missing');
  if (name !== undefined && all === true) throw new MusterError('USAGE', 'NAME and --all together');
  return name ?? null;
}

async function syncAll(session: Session, muster: Muster, options: SyncOptions): Promise<ExitCode> {
  const audiences = await listAudiences(muster.store);
  const names = audiences.flatMap(({ name, state }) => (state === 'deactivated' ? [] : name));
  const wish = { wait: options.wait === true, trigger: 'manual' } as const;
  return await syncEach(session, names, askedOf(options), (name) =>
    syncOne(session, muster, name, wish),
  );
}
