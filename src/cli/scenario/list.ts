import { count } from '#http/words.ts';
import { listScenarios } from '#store/scenarios.ts';
import { showScenario } from '#sync/scenarios.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const scenarios = list('scenario', 'scenario create NAME --file FILE');
export const automations = list('automation', 'audience create NAME --automation PRESET');

function list(kind: 'scenario' | 'automation', next: string): CommandSpec {
  return {
    describe(command) {
      jsonOption(command);
      examples(command, [`${kind} list`, `${kind} list --json`]);
    },

    async run(session, command) {
      const muster = await session.muster();
      const reports = [];
      for (const { name, audience } of await listScenarios(muster.store, kind)) {
        reports.push(await showScenario(muster, { kind, name: name ?? audience ?? '' }));
      }
      if (command.opts<JsonOption>().json === true) {
        printJson(session, { [`${kind}s`]: reports });
        return exitCodes.done;
      }
      if (reports.length === 0) {
        print(session, `There is no ${kind} yet. Next: muster ${next}`);
        return exitCodes.done;
      }
      const lines = reports.map(({ scenario, audience, state, start, people }) => [
        ...[
          scenario ?? audience ?? '',
          state,
          count(people.started),
          count(people.underWay),
          start,
        ],
      ]);
      const head = [kind === 'scenario' ? 'name' : 'audience', 'state', 'started', 'under way'];
      print(session, table([...head, 'who starts'], lines, [2, 3]));
      return exitCodes.done;
    },
  };
}
