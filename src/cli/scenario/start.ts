import { randomUUID } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import { findEither, type ScenarioName } from '#sync/scenarios.ts';
import { startByName } from '#sync/scenario-starts.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, tell } from '../print.ts';
import { readRuleFile } from '../rule-file.ts';
import { exitCodes } from '../session.ts';
import { people } from '../words.ts';
import { automation, scenario } from './text.ts';

interface StartOptions extends JsonOption {
  readonly id?: readonly string[];
  readonly email?: readonly string[];
  readonly rule?: string;
  readonly key?: string;
  readonly checkConditions?: true;
}

export const startScenario = starting('scenario start', 'the scenario', scenario);
export const runAutomation = starting('automation run', 'the audience', automation);

function starting(name: string, what: string, named: (name?: string) => ScenarioName): CommandSpec {
  const isAutomation = name === 'automation run';
  return {
    describe(command) {
      command
        .argument('<name>', what)
        .option('--id <id...>', 'whoever has this external id')
        .option('--email <address...>', 'everybody who holds this e-mail address')
        .option('--rule <file>', 'whom a rule finds now')
        .option('--key <text>', 'the same key starts the same person once; otherwise a new one');
      if (isAutomation) {
        command.option('--check-conditions', 'ask its condition; otherwise it counts as met');
      }
      jsonOption(command);
      command.addHelpText('after', '\nHow often a person may start is kept to.');
      examples(command, [`${name} welcome --id C-1042`, `${name} welcome --rule gold.json`]);
    },

    async run(session, command) {
      const {
        id = [],
        email = [],
        rule,
        key,
        checkConditions,
        json,
      } = command.opts<StartOptions>();
      if (id.length + email.length === 0 && rule === undefined) {
        throw new MusterError('USAGE', 'say who, with --id, --email or --rule');
      }
      const asked = rule === undefined ? null : await readRuleFile(session, rule);
      const which = named(command.args[0]);
      const report = await startByName(await session.muster(), (tx) => findEither(tx, which), {
        people: { ids: id, emails: email },
        rule: asked,
        cause: key ?? randomUUID(),
        unasked: isAutomation && checkConditions !== true,
      });
      if (json === true) printJson(session, report);
      else {
        const { started, held, unknown } = report;
        const lines = fields([
          ['started', people(started)],
          ['started before, as often as they may', held === 0 ? null : people(held)],
          ['not in the database', unknown.count === 0 ? null : people(unknown.count)],
        ]);
        print(session, `${which.name}\n${indent(lines)}`);
        const names = [...unknown.ids, ...unknown.emails];
        if (names.length > 0) tell(session, `Not in the database: ${names.join(', ')}.`);
      }
      return exitCodes.done;
    },
  };
}
