import type { Command } from 'commander';
import { count, moment } from '#http/words.ts';
import type { ShownProfile } from '#sync/profile-export.ts';
import { showProfile } from '#sync/profiles.ts';
import { type Consents, MARKETING } from '#domain/consent.ts';
import { type CommandSpec, examples, jsonOption } from '../command.ts';
import { refusalWords } from '../consent-text.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { describeWho, type WhoOptions, whoOf } from './who.ts';

export const show: CommandSpec = {
  describe(command) {
    describeWho(command);
    command.option('--interactions', 'every time that consent kept them out of an audience');
    command.option('--history', 'what changed in the last 30 days, and who said so');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nShows the values themselves, which no other command does. Somebody who has only an anonymous id is\n' +
        'anonymous:ID.',
    );
    examples(command, [
      'profile show C-1042',
      'profile show C-1042 --interactions --history',
      'profile show anonymous:5f0c --json',
    ]);
  },

  async run(session, command) {
    return printProfile(
      session,
      command,
      await showProfile(await session.muster(), whoOf(command)),
    );
  },
};

export function printProfile(session: Session, command: Command, found: ShownProfile): ExitCode {
  if (command.opts<WhoOptions>().json === true) printJson(session, found);
  else print(session, profileText(session, found, command.opts<ShowOptions>()));
  return exitCodes.done;
}

interface ShowOptions extends WhoOptions {
  readonly interactions?: true;
  readonly history?: true;
}

const consents = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'no'],
  [null, 'unknown'],
]);

const lines = (rows: readonly (readonly string[])[]): string => table([], rows);

function profileText(session: Session, found: ShownProfile, asked: ShowOptions): string {
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
    ['Cannot be used', lines(found.unusable.map(({ key, reason }) => [key, reason]))],
    ['Ids that calls use', lines(found.ids.map(({ kind, name }) => [kind, name]))],
    ['Groups', lines(found.groups.map(({ groupId, traits }) => [groupId, JSON.stringify(traits)]))],
    [
      'Events',
      table(
        [],
        found.events.map((one) => [one.name, count(one.count), `last ${when(one.lastAt)}`]),
        [1],
      ),
    ],
    ['Audiences', lines(found.audiences.map((one) => [one.name, `since ${when(one.since)}`]))],
    [
      'Kept out by consent',
      table(
        [],
        found.negativeConsents.map((one) => [
          ...[one.audience, refusalWords[one.reason] ?? one.reason, `since ${when(one.since)}`],
        ]),
      ),
    ],
    ...askedFor(found, asked),
  ];
  const head = fields([
    ['database', found.database],
    ['consent', consents.get(found.consent) ?? ''],
    ...consentLines(found),
  ]);
  const { output } = session.terminal;
  return [
    `${styled(output, 'bold', found.externalId)}\n${indent(head)}`,
    ...sections
      .filter(([, text]) => text.trim() !== '')
      .map(([title, text]) => `${title}\n${indent(text)}`),
  ].join('\n\n');
}

/** One line a category: the answer, and what goes with it. */
function consentLines({ consents: said, optedOut }: ShownProfile): [string, string][] {
  const held: Consents = { ...(optedOut ? { [MARKETING]: { direct: true } } : {}), ...said };
  return Object.entries(held).map(([category, { given, basis, source, at, proof, direct }]) => {
    const answer = given === undefined ? [] : [given ? 'yes' : 'no'];
    const parts = [
      ...(direct === true ? ['said directly'] : []),
      ...(basis === undefined ? [] : [`basis ${basis}`]),
      ...(source === undefined ? [] : [`source ${source}`]),
      ...(at === undefined ? [] : [`at ${at}`]),
      ...(proof === undefined ? [] : [`proof ${proof}`]),
    ];
    return [`consent to ${category}`, [...answer, ...parts].join(', ')];
  });
}

function interactionsText({ interactions }: ShownProfile): string {
  const head = ['kind', 'audience', 'way', 'why', 'since', 'until'];
  const lines = interactions.map((one) => [
    ...[one.kind, one.audience, one.way, refusalWords[one.reason] ?? one.reason],
    moment(new Date(one.since)),
    one.until === null ? 'now' : moment(new Date(one.until)),
  ]);
  return lines.length === 0 ? 'none' : table(head, lines);
}

function historyText({ history }: ShownProfile): string {
  const value = (of: unknown) =>
    of === null ? '' : typeof of === 'string' ? of : JSON.stringify(of);
  const lines = history.map(({ at, about, before, after, source }) => [
    ...[moment(new Date(at)), about, value(before), value(after), source],
  ]);
  return lines.length === 0 ? 'nothing' : table(['when', 'what', 'from', 'to', 'said by'], lines);
}

/** What is long, and shown on request alone. */
function askedFor(found: ShownProfile, { interactions, history }: ShowOptions): [string, string][] {
  return [
    ['Interactions', interactions === true ? interactionsText(found) : ''],
    ['What changed', history === true ? historyText(found) : ''],
  ];
}
