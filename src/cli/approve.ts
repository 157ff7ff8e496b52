import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Asker } from '#store/approvals.ts';
import { countLoginUsers, findLoginUser } from '#store/login-users.ts';
import { approve, questionOf, refuse } from '#sync/approve.ts';
import type { Muster } from '#sync/muster.ts';
import { syncAudience } from '#sync/sync.ts';
import { type CommandSpec, examples, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import type { ByOptions } from './release.ts';
import { readRunId } from './run-id.ts';
import { printReport } from './run-report.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';
import { quoted } from './words.ts';

export interface AnswerOptions extends ByOptions {
  readonly note?: string;
}

export const approveCommand: CommandSpec = {
  describe(command) {
    describeAnswer(command);
    command.addHelpText(
      'after',
      '\nLooks once more first: what is no longer exactly what was asked about is refused as stale.',
    );
    examples(command, ['approve 17 --by bo@example.com']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const { question, answer, json } = await readAnswer(muster, command);
    await approve(muster, question, answer);
    using progress = showProgress(session.terminal.messages, muster.clock, question.audience);
    const options = { wait: false, trigger: 'release' } as const;
    const report = await syncAudience(muster, question.audience, options, progress.on);
    progress[Symbol.dispose]();
    return printReport(session, report, { json });
  },
};

export const refuseCommand: CommandSpec = {
  describe(command) {
    describeAnswer(command);
    command.addHelpText(
      'after',
      '\nThe same list is not asked about again, unless somebody starts the audience by hand.',
    );
    examples(command, ['refuse 17 --by bo@example.com --note "the export is of last year"']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const { question, answer, json } = await readAnswer(muster, command);
    await refuse(muster, question, answer);
    const { runId, audience } = question;
    const refusal = { runId: String(runId), audience, refusedBy: answer.by.name };
    return printRefusal(session, refusal, json);
  },
};

interface Refusal {
  readonly runId: string;
  readonly audience: string;
  readonly refusedBy: string;
}

export function printRefusal(session: Session, refusal: Refusal, json: boolean): ExitCode {
  const { runId, audience } = refusal;
  if (json) printJson(session, refusal);
  else print(session, `Run ${runId} of ${quoted(audience)} is refused; nothing of it goes.`);
  return exitCodes.done;
}

function describeAnswer(command: Command): void {
  command
    .argument('<run>', 'the number of the run that waits')
    .option(
      '--by <address>',
      'who answers: somebody who may sign in and did not ask for it; with nobody who may, a name; with --server it is whose the key is',
    )
    .option('--note <text>', 'why; written down with it');
  jsonOption(command);
}

async function readAnswer(muster: Muster, command: Command) {
  const { by = '', note = null, json } = command.opts<AnswerOptions>();
  const runId = Number(readRunId(command));
  if (by.trim() === '') throw new MusterError('USAGE', '--by ADDRESS is missing');
  const answer = { by: await personOf(muster, by.trim()), via: 'terminal', note } as const;
  return { question: await questionOf(muster, runId), answer, json: json === true };
}

/** Whoever has the terminal answers for somebody; where people sign in, for one of them. */
async function personOf({ store }: Muster, by: string): Promise<Asker> {
  const actor = { kind: 'terminal', id: null } as const;
  if ((await countLoginUsers(store)) === 0) return { ...actor, name: by, personId: null };
  const { id, name } = await findLoginUser(store, by);
  return { ...actor, name, personId: id };
}
