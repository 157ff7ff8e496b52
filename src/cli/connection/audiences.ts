import { MusterError } from '#domain/errors/muster-error.ts';
import { adAccountNode } from '#meta/ids.ts';
import { findIntegration, listIntegrations } from '#store/connections.ts';
import { type AudiencesAtMeta, listAudiencesAtMeta } from '#sync/meta-audiences.ts';
import type { Muster } from '#sync/muster.ts';
import { chooseIntegration } from '#sync/choose-integration.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { counted } from '../words.ts';

interface AudiencesOptions extends JsonOption {
  readonly integration?: string;
  readonly adAccount?: string;
  readonly search?: string;
  readonly linkable?: true;
}

export const audiences: CommandSpec = {
  describe(command) {
    command
      .option('--integration <name>', 'whose ad account; may be left out when there is one')
      .option('--ad-account <id>', 'another ad account that the same login reaches')
      .option('--search <text>', 'only those whose name or id has this in it, in any case')
      .option('--linkable', 'only those that an audience can be linked to');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nOnly customer lists take people. To make one in Meta Business Suite: All tools, Audiences, Create\n' +
        'audience, Custom audience, Customer list; whoever does it is an admin of an ad account that belongs\n' +
        'to a business. `muster audience create` makes one by itself.',
    );
    examples(command, [
      'connection audiences',
      'connection audiences --search lapsed --linkable',
      'connection audiences --integration "Shop, Europe" --json',
    ]);
  },

  async run(session, command) {
    const options = command.opts<AudiencesOptions>();
    const muster = await session.muster();
    const found = await list(muster, options);
    const shown = found.audiences.filter((one) => options.linkable !== true || one.linkable);
    if (options.json === true) {
      printJson(session, { ...found, audiences: shown });
      return exitCodes.done;
    }
    const lines = shown.map((one) => [
      one.metaAudienceId,
      one.name,
      one.valueBased ? `${one.type}, by value` : one.type,
      one.size,
      one.linkable ? 'yes' : `no: it ${one.reason ?? ''}`,
    ]);
    if (lines.length === 0) print(session, `None in ${found.adAccount}.`);
    else print(session, table(['id', 'name', 'type', 'size', 'can be linked'], lines));
    tell(session, roomText(found));
    return exitCodes.done;
  },
};

async function list(muster: Muster, options: AudiencesOptions): Promise<AudiencesAtMeta> {
  const { store } = muster;
  const integration =
    options.integration === undefined
      ? chooseIntegration(await listIntegrations(store), undefined)
      : await findIntegration(store, options.integration);
  if (integration === null) throw new MusterError('NOT_CONNECTED');
  const client = await muster.openClient(integration.id);
  const adAccount = adAccountNode(options.adAccount ?? client.adAccount);
  return await listAudiencesAtMeta(muster, { ...client, adAccount }, options.search ?? '');
}

/** Meta's limit, in time to do something about it (features.md A-15). */
function roomText({ adAccount, customerLists, customerListsMax }: AudiencesAtMeta): string {
  const has = `${adAccount} has ${counted(customerLists, 'customer list', 'customer lists')}; Meta allows ${customerListsMax}.`;
  if (customerLists < customerListsMax * 0.9) return has;
  return `${has} When it is full Meta refuses new ones: delete those that no ad uses, or take another ad account.`;
}
