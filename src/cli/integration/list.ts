import type { Command } from 'commander';
import { readQuota } from '#connections/quota.ts';
import { listIntegrations } from '#store/connections.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { integrationDocument } from './integration-document.ts';

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
    const documents = integrations.map((one, place) => ({
      ...integrationDocument(one),
      quotaLeftPercent: quotas[place]?.percentLeft ?? null,
    }));
    return printIntegrations(session, command, documents);
  },
};

type Shown = ReturnType<typeof integrationDocument> & { readonly quotaLeftPercent: number | null };

export function printIntegrations(
  session: Session,
  command: Command,
  integrations: readonly Shown[],
): ExitCode {
  if (command.opts<JsonOption>().json === true) {
    printJson(session, { integrations });
    return exitCodes.done;
  }
  if (integrations.length === 0) {
    print(session, 'There is no integration yet. Next: muster connect --guide');
    return exitCodes.done;
  }
  const lines = integrations.map((one) => [
    `${one.name}${one.sandbox ? ' (sandbox)' : ''}`,
    one.database,
    one.adAccount,
    one.connection,
    one.requiredConsents.length === 0 ? '-' : one.requiredConsents.join(', '),
    `${one.quotaLeftPercent ?? 100} %`,
    stateWords(one),
  ]);
  const head = [
    ...['name', 'database', 'ad account', 'connection', 'asks consent to'],
    ...['quota left', 'state'],
  ];
  print(session, table(head, lines, [5]));
  return exitCodes.done;
}

function stateWords({ enabled, stopped }: Shown): string {
  if (!enabled) return 'off';
  return stopped === null ? 'on' : `stopped: ${stopped.code}`;
}
