import { showScenario, showWalks, type ScenarioName } from '#sync/scenarios.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { automation, scenario, scenarioText, walkText } from './text.ts';

interface ShowOptions extends JsonOption {
  readonly person?: string;
  readonly people?: true;
}

export const showScenarioCommand = shows('scenario show', 'the scenario', scenario);
export const showAutomation = shows('automation show', 'the audience', automation);

function shows(name: string, what: string, named: (name?: string) => ScenarioName): CommandSpec {
  return {
    describe(command) {
      command
        .argument('<name>', what)
        .option('--person <external-id>', 'the way of this person, step by step')
        .option('--people', 'the newest hundred ways');
      jsonOption(command);
      examples(command, [`${name} welcome`, `${name} welcome --person C-1042`]);
    },

    async run(session, command) {
      const which = named(command.args[0]);
      const { person, people, json } = command.opts<ShowOptions>();
      const muster = await session.muster();
      if (person === undefined && people !== true) {
        const report = await showScenario(muster, which);
        if (json === true) printJson(session, report);
        else print(session, scenarioText(session, report));
        return exitCodes.done;
      }
      const walks = await showWalks(muster, which, person ?? null);
      if (json === true) printJson(session, { ways: walks });
      else if (walks.length === 0) print(session, `${person ?? 'Nobody'} was never on it.`);
      else print(session, walks.map(walkText).join('\n\n'));
      return exitCodes.done;
    },
  };
}
