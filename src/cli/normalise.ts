import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { answerLine, type NormaliseAnswer, noAnswer } from '#identifiers/normalise-line.ts';
import { defaultSetting, type Setting } from '#identifiers/setting.ts';
import { type CommandSpec, examples } from './command.ts';
import { readCountry } from './country-option.ts';
import { type Line, lineBytesMax, readLines } from './lines.ts';
import { valueChoices } from '#identifiers/setting.ts';
import { normalisingOptions, readNormalising } from './normalising-options.ts';
import { tell } from './print.ts';
import { exitCodes, type Screen } from './session.ts';

interface NormaliseOptions {
  readonly country?: string;
  readonly strict?: true;
}

export const normalise: CommandSpec = {
  describe(command) {
    command
      .option('--country <code>', 'country of phones, postcodes and states of lines without one')
      .option('--strict', 'exit with 4 when a value was not usable or a line could not be read');
    normalisingOptions(command, valueChoices);
    command.addHelpText(
      'after',
      '\nReads one JSON object a line: {"key", "input", "country"}, key in Meta\'s spelling (EMAIL, PHONE, …),\n' +
        'country as a code or a name and only if it is known. Prints one object a line in the same order:\n' +
        '{"key", "input", "normalised", "hash", "reason"}. A reason says why there is nothing to send.',
    );
    examples(command, [
      `normalise <<< '{"key": "PHONE", "input": "0151 12345678", "country": "DE"}'`,
      'normalise --country DE < questions.jsonl > answers.jsonl',
      'normalise < conformance/identifiers.jsonl',
    ]);
  },

  async run(session, command) {
    const { country, strict } = command.opts<NormaliseOptions>();
    const { input, output } = session.terminal;
    const currentYear = new Date(session.tools.clock.nowMs()).getUTCFullYear();
    const setting = {
      ...defaultSetting(currentYear),
      ...readNormalising(command),
      defaultCountry: readCountry(country),
    };
    if ((input as Readable & { isTTY?: boolean }).isTTY === true) {
      tell(session, 'One JSON object a line; Ctrl+D ends. See muster normalise --help');
    }
    const unusable = await answerAll(input, output, setting);
    return strict === true && unusable > 0 ? exitCodes.rowsRejected : exitCodes.done;
  },
};

/** Answers every line, no faster than the answers are taken; says how many were given a reason. */
async function answerAll(input: Readable, output: Screen, setting: Setting): Promise<number> {
  let unusable = 0;
  for await (const lines of readLines(input)) {
    let answers = '';
    for (const line of lines) {
      const answer = answerOf(line, setting);
      if (answer.reason !== '') unusable += 1;
      answers += `${JSON.stringify(answer)}\n`;
    }
    if (!output.write(answers)) await once(output, 'drain');
  }
  return unusable;
}

function answerOf(line: Line, setting: Setting): NormaliseAnswer {
  if ('text' in line) return answerLine(line.text, setting);
  return noAnswer(
    line.fault === 'too long' ? `a line of more than ${lineBytesMax >> 10} KiB` : line.fault,
  );
}
