import { count } from '#http/words.ts';
import { planReplacement, replaceMembers, type ReplaceReport } from '#sync/replace.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { showProgress } from '../progress.ts';
import { exitCodeOf, runText } from '../run-report.ts';
import { exitCodes, type Screen } from '../session.ts';
import { bytes, people, requests, rows, seconds } from '../words.ts';

interface ReplaceOptions extends JsonOption {
  readonly confirm?: string;
}

export const replace: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--confirm <checksum>', 'do what was looked at');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nExchanges everybody in the Meta audience for the members of the audience, whoever put them there.\n' +
        'Without --confirm it only looks: the list is sealed, and what it takes and loses is said. It is refused\n' +
        'where it would take over an hour. If it is stopped in between, `muster sync` or `muster serve` goes on;\n' +
        'after 90 minutes Meta closes it as it stands, and the next run adds the rest.',
    );
    examples(command, [
      'audience replace gold',
      'audience replace gold --confirm 0123456789abcdef',
    ]);
  },

  async run(session, command) {
    const { confirm, json } = command.opts<ReplaceOptions>();
    const [name = ''] = command.args;
    const muster = await session.muster();
    const { messages, output } = session.terminal;
    using progress = showProgress(messages, muster.clock, name);
    if (confirm === undefined) {
      const report = await planReplacement(muster, name, progress.on);
      progress[Symbol.dispose]();
      if (json === true) printJson(session, report);
      else print(session, lookText(output, report));
      return exitCodes.done;
    }
    const report = await replaceMembers(muster, name, confirm, progress.on);
    progress[Symbol.dispose]();
    if (json === true) printJson(session, report);
    else print(session, runText(output, report));
    return exitCodeOf(report, false);
  },
};

function lookText(screen: Screen, report: ReplaceReport): string {
  const lines = fields([
    ['Meta audience', report.metaAudienceId],
    ['size now, by Meta', report.size],
    ['in it afterwards', `${people(report.people)}, ${rows(report.rows)}`],
    ['of them new', report.joins === 0 ? null : people(report.joins)],
    ['told and leaving', people(report.leaves)],
    ['to send', `${requests(report.requests)}, ${bytes(report.bytes)}`],
    ['will take about', `${seconds(report.predictedSeconds)} (${report.basis})`],
    ['checksum', report.checksum],
  ]);
  const head = `${styled(screen, 'bold', report.audience)}  ${styled(screen, 'cyan', 'exchange of all members, nothing sent')}`;
  const warnings = report.warnings.map((warning, i) => `${count(i + 1)}. ${warning}`).join('\n');
  const next = `Next: muster audience replace ${report.audience} --confirm ${report.checksum}, if that is what you want. muster sync ${report.audience} sends only what differs.`;
  return `${head}\n${indent(lines)}\n\n${warnings}\n\n${next}`;
}
