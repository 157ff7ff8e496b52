import { MusterError } from '#domain/errors/muster-error.ts';
import { findIntegration, listIntegrations } from '#store/connections.ts';
import { findModel } from '#store/models.ts';
import { giveAudience } from '#sync/model-audience.ts';
import { chooseIntegration } from '#sync/choose-integration.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { quoted } from '../words.ts';

interface AudienceOptions extends JsonOption {
  readonly create?: string;
  readonly connect?: string;
  readonly name?: string;
  readonly integration?: string;
}

export const audience: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--create <name>', 'make one of this name, here and at Meta')
      .option('--connect <id>', 'connect to this Meta audience; see `muster connection audiences`')
      .option('--name <name>', 'with --connect: what it is called here; otherwise as the model')
      .option('--integration <name>', 'through this one; not needed where there is one only');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nThe people that the model gives are in it, and who is gone from the model leaves it. It is inactive:\n' +
        'look with `muster plan`, then `muster sync`.',
    );
    examples(command, [
      'model audience buyers --create "Buyers of the shop"',
      'model audience buyers --connect 23851234567890123',
    ]);
  },

  async run(session, command) {
    const options = command.opts<AudienceOptions>();
    const { create, connect } = options;
    if ((create === undefined) === (connect === undefined)) {
      throw new MusterError('USAGE', 'say either --create and a name, or --connect and an id');
    }
    if (create?.trim() === '')
      throw new MusterError('USAGE', 'the name of the audience is missing');
    if (connect !== undefined && !/^\d{1,30}$/.test(connect)) {
      throw new MusterError('USAGE', `“${connect}” is no id of a Meta audience`);
    }
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    const made = await giveAudience(muster, model, {
      name: create ?? options.name ?? model.name,
      integrationId: await integrationFor(session, model.database, options.integration),
      connect: connect ?? null,
    });
    if (options.json === true) {
      printJson(session, made);
      return exitCodes.done;
    }
    const done =
      made.operation === 'create' ? 'Audience created with ID' : 'Connected to audience with ID';
    print(
      session,
      `${done} ${made.metaAudienceId}: “${made.audience}” is the audience of ${made.model}.`,
    );
    print(
      session,
      `\nNext: muster model sync ${quoted(made.model)}, then muster plan ${quoted(made.audience)}`,
    );
    return exitCodes.done;
  },
};

/** @throws MusterError INTEGRATION_UNKNOWN, INTEGRATION_UNCLEAR */
export async function integrationFor(
  session: Session,
  database: string,
  name: string | undefined,
): Promise<number> {
  const { store } = await session.muster();
  if (name !== undefined) return (await findIntegration(store, name)).id;
  const chosen = chooseIntegration(await listIntegrations(store), database);
  if (chosen === null) throw new MusterError('INTEGRATION_UNKNOWN', `of the database ${database}`);
  return chosen.id;
}
