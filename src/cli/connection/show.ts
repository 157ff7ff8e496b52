import { moment } from '#http/words.ts';
import { healthOf } from '#connections/health.ts';
import { tokenEndWords, tokenKindWords } from '#domain/token-end.ts';
import { listIntegrations } from '#store/connections.ts';
import { findConnection } from '#store/credentials.ts';
import { databaseNow } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { connectionDocument } from './connection-document.ts';

export const show: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the connection');
    jsonOption(command);
    examples(command, ['connection show "Shop, Europe"', 'connection show shop --json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const { store } = await session.muster();
    const connection = await findConnection(store, name);
    const integrations = await listIntegrations(store);
    const now = await databaseNow(store);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, connectionDocument(connection, integrations, now));
      return exitCodes.done;
    }
    const { stoppedAt, sandbox, apiUrl } = connection;
    const health = healthOf(connection, now);
    const lines = fields([
      ['state', health.state],
      ['because', health.words === '' ? null : health.words],
      ['stopped', stoppedAt === null ? null : moment(stoppedAt)],
      ['see', health.link],
      ['token of', connection.userName ?? connection.userId],
      ['token kind', tokenKindWords(connection.tokenKind)],
      ['token ends', tokenEndWords(connection.tokenEndsAt, now)],
      ['token since', moment(connection.tokenSince)],
      ['Meta app', connection.appId],
      ['API', sandbox ? `${apiUrl} (simulated)` : apiUrl],
    ]);
    const own = integrations
      .filter((one) => one.connectionId === connection.id)
      .map((one) => [one.name, one.database, one.adAccount, one.enabled ? 'on' : 'off']);
    const accounts = own.length === 0 ? 'none' : table([], own);
    const head = styled(session.terminal.output, 'bold', name);
    print(session, `${head}\n${indent(lines)}\n\nIntegrations\n${indent(accounts)}`);
    if (health.next !== null) print(session, `\nNext: ${health.next}`);
    return exitCodes.done;
  },
};
