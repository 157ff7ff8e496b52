import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { revokeApiKey } from '#store/api-keys.ts';
import { recordAuditIn } from '#store/audit.ts';
import { revokeWriteKey } from '#store/write-keys.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { apiKeyDocument, keyDocument } from './key-document.ts';

export const revoke: CommandSpec = {
  describe(command) {
    command.argument('<number>', 'the key, as `key list` numbers it');
    jsonOption(command);
    examples(command, ['key revoke 3', 'key revoke a1']);
  },

  async run(session, command) {
    const { id, forApi } = readNumber(command);
    const { store } = await session.muster();
    const revoked = await store.tx(async (tx) => {
      const subject = `${forApi ? '' : 'write-'}keys/${id}`;
      await recordAuditIn(tx, atTerminal(), forApi ? 'key.revoke' : 'write-key.revoke', {
        subject,
      });
      if (!forApi) {
        const key = await revokeWriteKey(tx, id);
        return { name: key.name, ...keyDocument(key) };
      }
      const key = await revokeApiKey(tx, id);
      return { name: key.name, ...apiKeyDocument(key) };
    });
    return printRevoked(session, command, revoked);
  },
};

/** @throws MusterError KEY_UNKNOWN */
export function readNumber({ args: [number = ''] }: Command): { id: number; forApi: boolean } {
  if (!/^a?\d{1,9}$/.test(number)) throw new MusterError('KEY_UNKNOWN', `“${number}”`);
  return { id: Number(number.replace('a', '')), forApi: number.startsWith('a') };
}

export function printRevoked(
  session: Session,
  command: Command,
  document: { readonly name: string },
): ExitCode {
  const [number = ''] = command.args;
  if (command.opts<JsonOption>().json === true) printJson(session, document);
  else print(session, `Revoked key ${number} (${document.name}); it is refused within 5 seconds.`);
  return exitCodes.done;
}
