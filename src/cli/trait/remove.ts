import { findComputedTrait } from '#store/computed-traits.ts';
import { findDatabase } from '#store/databases.ts';
import { dropComputedTrait } from '#sync/computed-traits.ts';
import { refreshMembers } from '#sync/refresh.ts';
import { type CommandSpec, examples } from '../command.ts';
import { print } from '../print.ts';
import { exitCodes } from '../session.ts';

export const remove: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the computed trait')
      .option('--database <name>', 'whose people', 'main');
    examples(command, ['trait remove orders_90d']);
  },

  async run(session, command) {
    const muster = await session.muster();
    const { database } = command.opts<{ database: string }>();
    const { id: databaseId } = await findDatabase(muster.store, database);
    const trait = await findComputedTrait(muster.store, databaseId, command.args[0] ?? '');
    await dropComputedTrait(muster, trait);
    await refreshMembers(muster, { databaseId, atOnce: null });
    print(
      session,
      `${trait.name} is gone from everybody. Rules that ask for it find nobody by it.`,
    );
    return exitCodes.done;
  },
};
