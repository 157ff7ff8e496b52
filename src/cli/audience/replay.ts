import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { replayAudience } from '#jobs/control.ts';
import { askerOf } from '#store/approvals.ts';
import { findIntegration } from '#store/connections.ts';
import { findDatabase } from '#store/databases.ts';
import { requestReplays } from '#store/replay.ts';
import { syncAudience } from '#sync/sync.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { showProgress } from '../progress.ts';
import { printReport } from '../run-report.ts';
import type { ExitCode, Session } from '../session.ts';
import { syncEach, syncOne } from '../sync-each.ts';

interface ReplayOptions extends JsonOption {
  readonly all?: true;
  readonly integration?: string;
  readonly database?: string;
}

interface ResetOptions extends JsonOption {
  readonly yes?: true;
}

export const replay: CommandSpec = {
  describe(command) {
    command
      .argument('[name]', 'the audience')
      .option('--all', 'every audience that is active, one after the other')
      .option('--integration <name>', 'every audience that goes through this integration')
      .option('--database <name>', 'with --all: only those of this database');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nSends every member once more; nobody is removed for it. What is being sent again already is not sent\n' +
        'once more: the run that is under way is waited for.',
    );
    examples(command, [
      'audience replay gold',
      'audience replay --all',
      'audience replay --integration shop --json',
    ]);
  },

  async run(session, command) {
    const { name, integration, database, json } = readReplay(command);
    if (name !== undefined) return await perform(session, command, 'replay');
    const muster = await session.muster();
    const { store } = muster;
    const asked = await store.tx(async (tx) => {
      const scope = {
        databaseId: database === undefined ? null : (await findDatabase(tx, database)).id,
        integrationId:
          integration === undefined ? null : (await findIntegration(tx, integration)).id,
      };
      return await requestReplays(tx, scope, await askerOf(tx, atTerminal()));
    });
    const names = asked.map(({ audience }) => audience);
    const wish = { wait: false, trigger: 'replay' } as const;
    return await syncEach(session, names, { strict: false, json }, (one) =>
      syncOne(session, muster, one, wish),
    );
  },
};

/** @throws MusterError USAGE */
export function readReplay(command: Command) {
  const { all, integration, database, json } = command.opts<ReplayOptions>();
  const [name] = command.args;
  const ways = [name, all, integration].filter((way) => way !== undefined);
  if (ways.length !== 1 || (database !== undefined && all === undefined)) {
    throw new MusterError('USAGE', 'say NAME, --all (with --database or without) or --integration');
  }
  return { name, integration, database, json: json === true };
}

export const reset: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--yes', 'that everybody is looked at anew and every member sent again');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nForgets what was known of who belongs, looks at everybody anew and sends every member again.\n' +
        'What was sent before is still removed when it has to be.',
    );
    examples(command, ['audience reset gold --yes']);
  },
  async run(session, command) {
    refuseUnconfirmed(command);
    return await perform(session, command, 'reset');
  },
};

/** @throws MusterError USAGE */
export function refuseUnconfirmed(command: Command): void {
  if (command.opts<ResetOptions>().yes === true) return;
  throw new MusterError('USAGE', 'every member would be sent again; confirm it with --yes');
}

async function perform(
  session: Session,
  command: Command,
  kind: 'replay' | 'reset',
): Promise<ExitCode> {
  const [name = ''] = command.args;
  const muster = await session.muster();
  await replayAudience(muster, name, kind);
  using progress = showProgress(session.terminal.messages, muster.clock, name);
  const report = await syncAudience(muster, name, { wait: false, trigger: kind }, progress.on);
  progress[Symbol.dispose]();
  return printReport(session, report, { json: command.opts<JsonOption>().json === true });
}
