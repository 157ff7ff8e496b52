import type { Command } from 'commander';
import { tokenEndWords, tokenKindWords } from '#domain/token-end.ts';
import { listIntegrations } from '#store/connections.ts';
import { listConnections } from '#store/credentials.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { type ConnectionDocument, connectionDocument } from './connection-document.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['connection list', 'connection list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const connections = await listConnections(store);
    const integrations = await listIntegrations(store);
    const now = await databaseNow(store);
    const documents = connections.map((one) => connectionDocument(one, integrations, now));
    return printConnections(session, command, documents, now);
  },
};

export function printConnections(
  session: Session,
  command: Command,
  connections: readonly ConnectionDocument[],
  now: Date,
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, { connections });
    return exitCodes.done;
  }
  if (connections.length === 0) {
    print(session, 'There is no connection yet. Next: muster connect --guide');
    return exitCodes.done;
  }
  const lines = connections.map((connection) => [
    `${connection.name}${connection.sandbox ? ' (sandbox)' : ''}`,
    connection.userName ?? '-',
    tokenKindWords(connection.tokenKind).split(':')[0] ?? '',
    tokenEndWords(connection.tokenEndsAt, now).split(':')[0] ?? '',
    String(connection.integrations.length),
    connection.state,
  ]);
  const head = ['name', 'token of', 'kind', 'ends', 'ad accounts', 'state'];
  print(session, table(head, lines, [4]));
  return exitCodes.done;
}
