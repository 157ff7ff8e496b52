import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type AuditEntry, listAudit } from '#store/audit.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

interface ListOptions extends JsonOption {
  readonly limit: string;
  readonly action?: string;
  readonly by?: string;
}

const LIMIT_MAX = 10_000;

export const list: CommandSpec = {
  describe(command) {
    command
      .option('--limit <n>', 'how many', '50')
      .option('--action <action>', 'only what was done so, such as user.change')
      .option('--by <name>', 'only what they did');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe newest first: who changed what, and who saw personal data.',
    );
    examples(command, ['audit list', 'audit list --by Ana --limit 200']);
  },

  async run(session, command) {
    const { limit, action = null, by: actorName = null } = readWish(command);
    const { store } = await session.muster();
    const wish = { beforeId: null, limit, databaseIds: null, action, actorName };
    return printEntries(session, command, await listAudit(store, wish));
  },
};

/** @throws MusterError USAGE */
export function readWish(command: Command) {
  const { limit: text, action, by } = command.opts<ListOptions>();
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    throw new MusterError('USAGE', `--limit takes 1 to ${LIMIT_MAX}`);
  }
  return { limit, action, by };
}

export function printEntries(
  session: Session,
  command: Command,
  entries: readonly AuditEntry[],
): ExitCode {
  if (command.opts<ListOptions>().json === true) {
    printJson(session, { entries: entries.map(entryDocument) });
  } else if (entries.length === 0) print(session, 'Nothing was written down yet.');
  else print(session, table(['number', 'when', 'who', 'what', 'of'], entries.map(line), [0]));
  return exitCodes.done;
}

function line({ id, at, actorName, actorKind, action, subject }: AuditEntry): string[] {
  const who = actorKind === 'user' ? actorName : `${actorName} (${actorKind})`;
  return [String(id), moment(at), who, action, subject ?? '-'];
}

/** An entry as JSON says it. */
export function entryDocument({ id, actorKind, actorId, actorName, ...entry }: AuditEntry): object {
  return { id: String(id), actor: { kind: actorKind, id: actorId, name: actorName }, ...entry };
}
