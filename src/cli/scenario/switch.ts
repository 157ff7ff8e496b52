import { dropScenario, type ScenarioName, switchScenario } from '#sync/scenarios.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { automation, scenario, scenarioText } from './text.ts';

export const activate = switching('scenario activate', 'the scenario', scenario, 'active');
export const stop = switching('scenario stop', 'the scenario', scenario, 'stopped');
export const enable = switching('automation enable', 'the audience', automation, 'active');
export const disable = switching('automation disable', 'the audience', automation, 'stopped');

function switching(
  name: string,
  what: string,
  named: (name?: string) => ScenarioName,
  state: 'active' | 'stopped',
): CommandSpec {
  return {
    describe(command) {
      command.argument('<name>', what);
      jsonOption(command);
      examples(command, [`${name} welcome`]);
    },

    async run(session, command) {
      const which = named(command.args[0]);
      const report = await switchScenario(await session.muster(), which, state);
      if (command.opts<JsonOption>().json === true) printJson(session, report);
      else print(session, scenarioText(session, report));
      return exitCodes.done;
    },
  };
}

export const remove: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'the scenario');
    examples(command, ['scenario remove welcome']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    await dropScenario(await session.muster(), name);
    print(session, `The scenario ${name} is gone. Who was put into audiences stays there.`);
    return exitCodes.done;
  },
};
