import { MusterError } from '#domain/errors/muster-error.ts';
import { makeLookalike } from '#sync/lookalikes.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { readCountry } from '../country-option.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { quoted } from '../words.ts';
import { reachText } from './_describe.ts';

interface CreateOptions extends JsonOption {
  readonly country: string;
  readonly ratio: string;
  readonly name?: string;
  readonly valueBased?: true;
}

export const create: CommandSpec = {
  describe(command) {
    command
      .argument('<audience>', 'the audience that it grows from, which must be linked')
      .requiredOption('--country <country>', 'where to look for people, such as DE')
      .option(
        '--ratio <share>',
        'how much of the country, those most alike: 1% to 20%, or 0.01 to 0.20',
        '1%',
      )
      .option('--name <name>', 'what to call it at Meta; otherwise after the audience')
      .option('--value-based', 'refuse unless it goes by value, as from a value-based audience');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nMeta needs at least 100 people of that country whom it found in the audience, fills the lookalike\n' +
        'within hours and keeps it up to date while ads use it. From a value-based audience it goes by\n' +
        'value. While it is there, the Meta audience that it grows from cannot be deleted.',
    );
    examples(command, [
      'lookalike create gold --country DE',
      'lookalike create best --country AT --ratio 3% --name "Like our best, Austria" --value-based',
    ]);
  },

  async run(session, command) {
    const options = command.opts<CreateOptions>();
    const [audience = ''] = command.args;
    const made = await makeLookalike(await session.muster(), audience, {
      country: readCountry(options.country) ?? '',
      percent: readPercent(options.ratio),
      name: options.name ?? null,
      byValue: options.valueBased ?? false,
    });
    if (options.json === true) {
      printJson(session, { audience, ...made });
      return exitCodes.done;
    }
    const lines = fields([
      ['grows from', audience],
      ['of whom', reachText(made)],
      ['Meta audience', made.metaAudienceId],
      ['size', made.size],
      ['status', made.status],
    ]);
    const head = styled(session.terminal.output, 'bold', `Made ${made.name}`);
    print(session, `${head}\n${indent(lines)}\n\nNext: muster lookalike list ${quoted(audience)}`);
    return exitCodes.done;
  },
};

/** Whole per cent, 1 to 20. */
function readPercent(text: string): number {
  const number = Number(text.replace(/\s*%$/, ''));
  const percent = text.endsWith('%') ? number : number * 100;
  const whole = Math.round(percent);
  if (Math.abs(percent - whole) < 1e-9 && whole >= 1 && whole <= 20) return whole;
  throw new MusterError('USAGE', `--ratio “${text}” is not 1% to 20% in whole per cent`);
}
