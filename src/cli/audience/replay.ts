import { MusterError } from '#domain/errors/muster-error.ts';
import { replayAudience } from '#jobs/control.ts';
import { askerOf } from '#store/approvals.ts';
import { findIntegration } from '#store/connections.ts';
import { findDatabase } from '#store/databases.ts';
import { requestReplays } from '#store/replay.ts';
import { syncAudience } from '#sync/sync.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodeOf, runText } from '../run-report.ts';
import { syncEach } from '../sync-each.ts';

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
    const { all, integration, database, json } = command.opts<ReplayOptions>();
    const [name] = command.args;
    const ways = [name, all, integration].filter((way) => way !== undefined);
    if (ways.length !== 1 || (database !== undefined && all === undefined)) {
      throw new MusterError(
        'USAGE',
        'say NAME, --all (with --database or without) or --integration',
      );
    }
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
    return await syncEach(session, muster, names, {
      ...{ wait: false, strict: false, json: json === true, trigger: 'replay' },
    });
  },
};

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
    if (command.opts<ResetOptions>().yes !== true) {
      throw new MusterError('USAGE', 'every member would be sent again; confirm it with --yes');
    }
    return await perform(session, command, 'reset');
  },
};

async function perform(
  session: Parameters<CommandSpec['run']>[0],
  command: Parameters<CommandSpec['run']>[1],
  kind: 'replay' | 'reset',
): ReturnType<CommandSpec['run']> {
  const [name = ''] = command.args;
  const muster = await session.muster();
  await replayAudience(muster, name, kind);
  const { messages, output } = session.terminal;
  using progress = showProgress(messages, muster.clock, name);
  const report = await syncAudience(muster, name, { wait: false, trigger: kind }, progress.on);
  progress[Symbol.dispose]();
  if (command.opts<JsonOption>().json === true) printJson(session, report);
  else print(session, runText(output, report));
  return exitCodeOf(report, false);
}
