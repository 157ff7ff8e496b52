import { readQuota } from '#connections/quota.ts';
import { type Integration, listIntegrations } from '#store/connections.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { integrationDocument } from './_describe.ts';

export const list: CommandSpec = {
  describe(command) {
    jsonOption(command);
    examples(command, ['integration list', 'integration list --json']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const integrations = await listIntegrations(store);
    const share = session.settings.quotaSharePercent;
    const quotas = await Promise.all(integrations.map((one) => readQuota(store, one, share)));
    if (command.opts<JsonOption>().json === true) {
      const documents = integrations.map((one, place) => ({
        ...integrationDocument(one),
        quotaLeftPercent: quotas[place]?.percentLeft ?? null,
      }));
      printJson(session, { integrations: documents });
      return exitCodes.done;
    }
    if (integrations.length === 0) {
      print(session, 'There is no integration yet. Next: muster connect --guide');
      return exitCodes.done;
    }
    const lines = integrations.map((one, place) => [
      `${one.name}${one.sandbox ? ' (sandbox)' : ''}`,
      one.database,
      one.adAccount,
      one.connection,
      one.requiredConsents.length === 0 ? '-' : one.requiredConsents.join(', '),
      `${quotas[place]?.percentLeft ?? 100} %`,
      stateWords(one),
    ]);
    const head = [
      'name',
      'database',
      'ad account',
      'connection',
      'asks consent to',
      'quota left',
      'state',
    ];
    print(session, table(head, lines, [5]));
    return exitCodes.done;
  },
};

function stateWords({ enabled, stoppedFor, connectionStoppedFor }: Integration): string {
  if (!enabled) return 'off';
  const stop = connectionStoppedFor ?? stoppedFor;
  return stop === null ? 'on' : `stopped: ${stop.code}`;
}
