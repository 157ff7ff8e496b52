import { Argument } from 'commander';
import { recordAuditIn } from '#store/audit.ts';
import { readSignInRules, type SignInRules, setSignInRules } from '#store/sign-in-rules.ts';
import { atTerminal } from '../at-terminal.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';

export const secondFactor: CommandSpec = {
  describe(command) {
    command
      .addArgument(
        new Argument(
          '[rule]',
          'needed: everybody shows a code; optional: whoever wants to',
        ).choices(['needed', 'optional']),
      )
      .option('--after-single-sign-on', 'needed also of who comes by single sign-on');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWithout a rule it says which holds. Who has none yet is led to set it up, and can do nothing else\n' +
        'until then. API keys are not asked.',
    );
    examples(command, ['user second-factor', 'user second-factor needed']);
  },

  async run(session, command) {
    const [rule] = command.args;
    const options = command.opts<{ readonly afterSingleSignOn?: boolean } & JsonOption>();
    const { store } = await session.muster();
    if (rule !== undefined) {
      const wish = {
        secondFactorNeeded: rule === 'needed',
        singleSignOnSuffices: options.afterSingleSignOn !== true,
      };
      await store.tx(async (tx) => {
        await setSignInRules(tx, wish);
        await recordAuditIn(tx, atTerminal(), 'user.second-factor', { detail: { ...wish } });
      });
    }
    const rules = await readSignInRules(store);
    if (options.json === true) printJson(session, { ...rules });
    else print(session, rulesText(rules));
    return exitCodes.done;
  },
};

function rulesText({ secondFactorNeeded, singleSignOnSuffices }: SignInRules): string {
  if (!secondFactorNeeded) return 'A second factor is optional.';
  const who = singleSignOnSuffices ? 'everybody who signs in by password' : 'everybody';
  return `A second factor is needed of ${who}.`;
}
