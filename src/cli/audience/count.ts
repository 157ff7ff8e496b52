import { parseRule } from '#audiences/rule.ts';
import { findDatabase } from '#store/databases.ts';
import { countMatching } from '#store/members.ts';
import { membershipOf } from '#sync/scope.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { readRuleFile } from '../rule-file.ts';
import { exitCodes } from '../session.ts';
import { people } from '../words.ts';

interface CountOptions extends JsonOption {
  readonly rule: string;
  readonly database: string;
}

/** Parameters of the rule start behind the database's. */
const FIRST_RULE_PARAM = 2;

export const countCommand: CommandSpec = {
  describe(command) {
    command
      .requiredOption('--rule <file>', 'a rule as JSON, or - for standard input')
      .option('--database <name>', 'whose people', 'main');
    jsonOption(command);
    examples(command, [
      'audience count --rule gold.json',
      `audience count --rule - --json <<< '{"trait":"plan","op":"equals","value":"gold"}'`,
    ]);
  },

  async run(session, command) {
    const options = command.opts<CountOptions>();
    const rule = parseRule(await readRuleFile(session, options.rule));
    const { store } = await session.muster();
    const { id, name } = await findDatabase(store, options.database);
    const found = await countMatching(
      store,
      id,
      await membershipOf(store, id, rule, FIRST_RULE_PARAM),
    );
    if (options.json === true) printJson(session, { count: found });
    else print(session, `${people(found)} in ${name}`);
    return exitCodes.done;
  },
};
