import { count, moment } from '#http/words.ts';
import { type ProfileReport, showProfile } from '#sync/profiles.ts';
import { type CommandSpec, examples, jsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { describeWho, type WhoOptions, whoOf } from './_who.ts';

export const show: CommandSpec = {
  describe(command) {
    describeWho(command);
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nShows the values themselves, which no other command does. Somebody who has only an anonymous id is\n' +
        'anonymous:ID.',
    );
    examples(command, ['profile show C-1042', 'profile show anonymous:5f0c --json']);
  },

  async run(session, command) {
    const found = await showProfile(await session.muster(), whoOf(command));
    if (command.opts<WhoOptions>().json === true) printJson(session, found);
    else print(session, profileText(session, found));
    return exitCodes.done;
  },
};

const consents = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, 'unknown'],
]);

function profileText(session: Session, found: ProfileReport): string {
  const when = (text: string | undefined) => (text === undefined ? '' : moment(new Date(text)));
  const held = (values: Readonly<Record<string, unknown>>) =>
    table(
      [],
      Object.entries(values).map(([name, value]) => [
        ...[name, typeof value === 'string' ? value : JSON.stringify(value)],
        when(found.saidAt[name]),
      ]),
    );
  const sections: [string, string][] = [
    ['Identifiers', held(found.identifiers)],
    ['Traits', held(found.traits)],
    [
      'Cannot be used',
      table(
        [],
        found.unusable.map(({ key, reason }) => [key, reason]),
      ),
    ],
    [
      'Ids that calls use',
      table(
        [],
        found.ids.map(({ kind, name }) => [kind, name]),
      ),
    ],
    [
      'Events',
      table(
        [],
        found.events.map((one) => [one.name, count(one.count), `last ${when(one.lastAt)}`]),
        [1],
      ),
    ],
    [
      'Audiences',
      table(
        [],
        found.audiences.map((one) => [one.name, `since ${when(one.since)}`]),
      ),
    ],
    [
      'Kept out by a “no”',
      table(
        [],
        found.negativeConsents.map((one) => [one.audience, `since ${when(one.since)}`]),
      ),
    ],
  ];
  const head = fields([
    ['database', found.database],
    ['consent', consents.get(found.consent) ?? ''],
  ]);
  const { output } = session.terminal;
  return [
    `${styled(output, 'bold', found.externalId)}\n${indent(head)}`,
    ...sections
      .filter(([, text]) => text.trim() !== '')
      .map(([title, text]) => `${title}\n${indent(text)}`),
  ].join('\n\n');
}
