import { healthOf } from '#connections/health.ts';
import { tokenEndWords, tokenKindWords } from '#domain/token-end.ts';
import { listIntegrations } from '#store/connections.ts';
import { listConnections } from '#store/credentials.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { connectionDocument } from './_describe.ts';

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
    if (command.opts<JsonOption>().json === true) {
      const documents = connections.map((one) => connectionDocument(one, integrations, now));
      printJson(session, { connections: documents });
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
      String(integrations.filter((one) => one.connectionId === connection.id).length),
      healthOf(connection, now).state,
    ]);
    const head = ['name', 'token of', 'kind', 'ends', 'ad accounts', 'state'];
    print(session, table(head, lines, [4]));
    return exitCodes.done;
  },
};
