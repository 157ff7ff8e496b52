import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Asker } from '#store/approvals.ts';
import { countLoginUsers, findLoginUser } from '#store/login-users.ts';
import { approve, questionOf, refuse } from '#sync/approve.ts';
import type { Muster } from '#sync/muster.ts';
import { syncAudience } from '#sync/sync.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { exitCodeOf, runText } from './run-report.ts';
import { exitCodes } from './session.ts';
import { quoted } from './words.ts';

interface AnswerOptions extends JsonOption {
  readonly by: string;
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
    const { messages, output } = session.terminal;
    const muster = await session.muster();
    const { question, answer, json } = await readAnswer(muster, command);
    await approve(muster, question, answer);
    using progress = showProgress(messages, muster.clock, question.audience);
    const options = { wait: false, trigger: 'release' } as const;
    const report = await syncAudience(muster, question.audience, options, progress.on);
    progress[Symbol.dispose]();
    if (json) printJson(session, report);
    else print(session, runText(output, report));
    return exitCodeOf(report, false);
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
    if (json) printJson(session, { runId: String(runId), audience, refusedBy: answer.by.name });
    else print(session, `Run ${runId} of ${quoted(audience)} is refused; nothing of it goes.`);
    return exitCodes.done;
  },
};

function describeAnswer(command: Command): void {
  command
    .argument('<run>', 'the number of the run that waits')
    .requiredOption(
      '--by <address>',
      'who answers: somebody who may sign in and did not ask for it; with nobody who may, a name',
    )
    .option('--note <text>', 'why; written down with it');
  jsonOption(command);
}

async function readAnswer(muster: Muster, command: Command) {
  const { by, note = null, json } = command.opts<AnswerOptions>();
  const [text = ''] = command.args;
  if (!/^\d{1,15}$/.test(text)) throw new MusterError('USAGE', `“${text}” is no number of a run`);
  if (by.trim() === '') throw new MusterError('USAGE', '--by is empty');
  const answer = { by: await personOf(muster, by.trim()), via: 'terminal', note } as const;
  return { question: await questionOf(muster, Number(text)), answer, json: json === true };
}

/** Whoever has the terminal answers for somebody; where people sign in, for one of them. */
async function personOf({ store }: Muster, by: string): Promise<Asker> {
  const actor = { kind: 'terminal', id: null } as const;
  if ((await countLoginUsers(store)) === 0) return { ...actor, name: by, personId: null };
  const { id, name } = await findLoginUser(store, by);
  return { ...actor, name, personId: id };
}
