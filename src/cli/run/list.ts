import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count, moment } from '#http/words.ts';
import { findAudience } from '#store/audiences.ts';
import { listRuns, type RunRecord } from '#store/run-history.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { seconds } from '../words.ts';

interface ListOptions extends JsonOption {
  readonly active?: true;
  readonly limit: string;
}

const LIMIT_MAX = 10_000;

export const list: CommandSpec = {
  describe(command) {
    command
      .argument('[audience]', 'one audience; otherwise all')
      .option('--active', 'only those that are queued, under way or waiting')
      .option('--limit <n>', 'how many, the newest first', '20');
    jsonOption(command);
    examples(command, ['run list', 'run list gold --limit 5', 'run list --active --json']);
  },

  async run(session, command) {
    const { active, limit } = readWish(command);
    const [name] = command.args;
    const { store } = await session.muster();
    const runs = await listRuns(store, {
      audienceId: name === undefined ? null : (await findAudience(store, name)).id,
      activeOnly: active,
      limit,
    });
    return printRuns(session, command, runs);
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command): { active: boolean; limit: number } {
  const { active, limit } = command.opts<ListOptions>();
  if (!/^\d{1,5}$/.test(limit) || Number(limit) > LIMIT_MAX) {
    throw new MusterError('USAGE', `--limit “${limit}” is no number up to ${LIMIT_MAX}`);
  }
  return { active: active === true, limit: Number(limit) };
}

export function printRuns(
  session: Session,
  command: Command,
  runs: readonly RunRecord[],
): ExitCode {
  if (command.opts<ListOptions>().json === true) printJson(session, { runs });
  else print(session, runs.length === 0 ? 'There is no such run.' : listText(runs));
  return exitCodes.done;
}

function listText(runs: readonly RunRecord[]): string {
  const head = ['run', 'audience', 'trigger', 'state', 'begun', 'took', 'added', 'removed'];
  const lines = runs.map((run) => [
    run.runId,
    run.audience,
    run.trigger,
    run.waitingFor === null ? run.state : `waiting: ${run.waitingFor}`,
    moment(run.startedAt),
    run.seconds === null ? '-' : seconds(run.seconds),
    count(run.added),
    count(run.removed),
    count(Object.values(run.filtered).reduce((sum, people) => sum + people, 0)),
    count(run.rejected),
    count(run.failed),
  ]);
  return table([...head, 'filtered', 'rejected', 'failed'], lines, [5, 6, 7, 8, 9, 10]);
}
