import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { verifyAudit } from '#store/audit.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

export interface VerifyOptions extends JsonOption {
  readonly head?: string;
}

export const verify: CommandSpec = {
  describe(command) {
    command.option('--head <hash>', 'the head that an earlier call gave: must still be there');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nEvery entry holds the hash of the one before: one that was changed, put in or taken out no longer\n' +
        'fits. Keep the head that this prints somewhere else: only by it a cut-off end, or a log that was\n' +
        'written anew as a whole, can be told.',
    );
    examples(command, ['audit verify', 'audit verify --head 06eeeafd…']);
  },

  async run(session, command) {
    const { head = null } = command.opts<VerifyOptions>();
    const { store } = await session.muster();
    return printVerdict(session, command, await verifyAudit(store, head));
  },
};

/** @throws MusterError AUDIT_BROKEN */
export function printVerdict(
  session: Session,
  command: Command,
  verdict: Omit<Verdict, 'brokenAt'> & { readonly brokenAt: number | string | null },
): ExitCode {
  const { entries, head, brokenAt, knownHead } = verdict;
  if (brokenAt !== null) throw new MusterError('AUDIT_BROKEN', `entry ${brokenAt}`);
  if (knownHead === false) throw new MusterError('AUDIT_BROKEN', 'the head is not in it');
  if (command.opts<VerifyOptions>().json === true) printJson(session, { entries, head });
  else if (head === null) print(session, 'Nothing was written down yet.');
  else print(session, `${count(entries)} entries, all as they were written. Head: ${head}`);
  return exitCodes.done;
}

type Verdict = Awaited<ReturnType<typeof verifyAudit>>;
