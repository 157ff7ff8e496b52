import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { verifyAudit } from '#store/audit.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

interface VerifyOptions extends JsonOption {
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
    const { head: known = null, json } = command.opts<VerifyOptions>();
    const { store } = await session.muster();
    const verdict = await verifyAudit(store, known);
    if (verdict.brokenAt !== null)
      throw new MusterError('AUDIT_BROKEN', `entry ${verdict.brokenAt}`);
    if (verdict.knownHead === false) throw new MusterError('AUDIT_BROKEN', 'the head is not in it');
    const { entries, head } = verdict;
    if (json === true) printJson(session, { entries, head });
    else if (head === null) print(session, 'Nothing was written down yet.');
    else print(session, `${count(entries)} entries, all as they were written. Head: ${head}`);
    return exitCodes.done;
  },
};
