import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { explainPerson, type Why } from '#sync/why.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { fields, indent, table } from './layout.ts';
import { print, printJson, styled } from './print.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';

export const why: CommandSpec = {
  describe(command) {
    command
      .argument('<audience>', 'the audience')
      .argument('<external-id>', 'the name your own system has for the person');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nLooks only. Beside each line of the rule stands what it rests on; of identifiers only the shape, letters\nas a and digits as 9.',
    );
    examples(command, ['why gold C-1042', 'why gold C-1042 --json']);
  },

  async run(session, command) {
    const [name = '', externalId = ''] = command.args;
    const found = await explainPerson(await session.muster(), name, externalId);
    return printWhy(session, command, found);
  },
};

export function printWhy(session: Session, command: Command, found: Why): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, found);
  else print(session, whyText(session, found));
  return exitCodes.done;
}

const marks = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, '-'],
]);

function whyText(session: Session, found: Why): string {
  const { output } = session.terminal;
  const when = (text: string | null) => (text === null ? null : moment(new Date(text)));
  const head = styled(output, 'bold', `${found.externalId} in ${found.audience}`);
  const lines = fields([
    ['member since', when(found.memberSince) ?? 'not a member'],
    ['kept out by a “no” since', when(found.blockedSince)],
    [
      'consent',
      found.consent === null
        ? null
        : `${found.consent}${found.consentPasses === false ? ', so nothing is sent' : ''}`,
    ],
    ['synchronized', found.synchronized ? 'yes' : 'no'],
  ]);
  const rule = table(
    [],
    found.rule.map(({ line, holds, seen }) => [marks.get(holds) ?? '', line, seen ?? '']),
  );
  const rows = found.rows.map(rowText).join('\n');
  return [
    `${head}\n${found.conclusion}`,
    indent(lines),
    `Who belongs\n${indent(rule)}`,
    rows === '' ? '' : `Rows\n${indent(rows)}`,
    found.next === null ? '' : `${styled(output, 'bold', 'Next:')} ${found.next}`,
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

function rowText({
  keys,
  current,
  enough,
  state,
  lastOperation: last,
  rejection,
  limitedDataUse,
}: Why['rows'][number]): string {
  const parts = [keys.join(', ')];
  if (!current) parts.push('from before');
  if (!enough) parts.push('not enough to match by');
  if (limitedDataUse) parts.push('Limited Data Use');
  parts.push(state);
  if (rejection !== null)
    parts.push([rejection.reason, rejection.key].filter((part) => part !== null).join(', '));
  if (last !== null && last.sentAt !== null) {
    const run = last.runId === null ? '' : `, run ${last.runId}`;
    const what = last.covered ? 'left without a request' : `${last.kind}: ${last.outcome}`;
    parts.push(`${what}, ${moment(new Date(last.sentAt))}${run}`);
  }
  return parts.join(' · ');
}
