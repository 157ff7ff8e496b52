import { MusterError } from '#domain/errors/muster-error.ts';
import { checkScenario, createScenario, showScenario } from '#sync/scenarios.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { indent } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { readJsonFile } from './json-file.ts';
import { scenario, scenarioText } from './text.ts';

interface FileOptions extends JsonOption {
  readonly file?: string;
  readonly database: string;
}

const fileHelp = `{
  "start": {"on": [{"on": "external_event", "event": "Order Completed"}]},
  "again": {"interval": {"days": 30}},
  "steps": [
    {"wait": {"days": 2}},
    {"filter": {"consent": "yes"}},
    {"branch": {"if": {"trait": "plan", "op": "equals", "value": "gold"},
      "yes": [{"add": "vip"}], "no": [{"add": "buyers"}]}},
    {"wait": {"days": 14}},
    {"remove": "buyers"}
  ]
}
"start" may also be {"daily": RULE}, or {"by": "hand"}. The audiences are made before, with
\`muster audience create NAME --by-scenario\`. docs/guide/automations.md has all of it.`;

export const create: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'what to call it')
      .option('--file <file>', 'what it does: a JSON file, or - for standard input')
      .option('--database <name>', 'whose people', 'main');
    jsonOption(command);
    command.addHelpText('after', `\n${fileHelp}`);
    examples(command, ['scenario create welcome --file welcome.json']);
  },

  async run(session, command) {
    const [name = ''] = command.args;
    const { file, database, json } = command.opts<FileOptions>();
    if (name.trim() === '') throw new MusterError('USAGE', 'the name is empty');
    if (file === undefined) throw new MusterError('USAGE', 'say what it does, with --file FILE');
    const definition = await readJsonFile(session, file);
    const muster = await session.muster();
    await createScenario(muster, { name, database, definition });
    const report = await showScenario(muster, scenario(name));
    if (json === true) printJson(session, report);
    else {
      print(session, scenarioText(session, report));
      print(session, `\nNext: muster scenario activate ${name}`);
    }
    return exitCodes.done;
  },
};

export const check: CommandSpec = {
  describe(command) {
    command.option('--file <file>', 'a JSON file, or - for standard input');
    jsonOption(command);
    command.addHelpText('after', '\nNothing is stored, and no database is needed.');
    examples(command, ['scenario check --file welcome.json']);
  },

  async run(session, command) {
    const { file, json } = command.opts<FileOptions>();
    if (file === undefined) throw new MusterError('USAGE', 'say which, with --file FILE');
    const checked = checkScenario(await readJsonFile(session, file));
    if (json === true) printJson(session, checked);
    else {
      const steps = checked.steps.map((words, i) => `${i + 1}  ${words}`).join('\n');
      print(session, `It is valid. Who starts: ${checked.start}\n${indent(steps)}`);
    }
    return exitCodes.done;
  },
};
