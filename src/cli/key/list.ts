import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { type ApiKey, listApiKeys } from '#store/api-keys.ts';
import { listDatabases } from '#store/databases.ts';
import { listWriteKeys, type WriteKey } from '#store/write-keys.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { rightsWords } from '../rights-options.ts';
import { apiKeyDocument, apiKeyNumber, keyDocument } from './key-document.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['key list', 'key list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const writeKeys = await listWriteKeys(store);
    const apiKeys = await listApiKeys(store);
    return printKeys(session, command, {
      writeKeys,
      apiKeys,
      databases: await listDatabases(store),
    });
  },
};

interface Keys {
  readonly writeKeys: readonly WriteKey[];
  readonly apiKeys: readonly ApiKey[];
  readonly databases: readonly { readonly id: number; readonly name: string }[];
}

export function printKeys(
  session: Session,
  command: Command,
  { writeKeys, apiKeys, databases }: Keys,
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, {
      keys: [...writeKeys.map(keyDocument), ...apiKeys.map(apiKeyDocument)],
    });
    return exitCodes.done;
  }
  if (writeKeys.length + apiKeys.length === 0) {
    print(session, 'There is no key yet. Next: muster key create --write');
    return exitCodes.done;
  }
  const lines = [
    ...writeKeys.map((key) => line(String(key.id), `events into ${key.database}`, key)),
    ...apiKeys.map((key) => line(apiKeyNumber(key.id), rightsWords(databases, key), key)),
  ];
  const head = ['number', 'name', 'may', 'ends in', 'made', 'last used', 'state'];
  print(session, table(head, lines, [0]));
  return exitCodes.done;
}

type Shown = 'name' | 'hint' | 'createdAt' | 'lastUsedAt' | 'endsAt' | 'revokedAt';

function line(number: string, may: string, key: Pick<ApiKey, Shown>): string[] {
  const { name, hint, createdAt, lastUsedAt, endsAt, revokedAt } = key;
  return [
    ...[number, name, may, `…${hint}`, moment(createdAt)],
    lastUsedAt === null ? 'never' : moment(lastUsedAt),
    stateOf(endsAt, revokedAt),
  ];
}

function stateOf(endsAt: Date | null, revokedAt: Date | null): string {
  if (revokedAt !== null) return `revoked ${moment(revokedAt)}`;
  return endsAt === null ? 'open' : `until ${moment(endsAt)}`;
}
