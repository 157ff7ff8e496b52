import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import { recordAudit } from '#store/audit.ts';
import { findDatabase } from '#store/databases.ts';
import { exportProfile, type ProfileExport } from '#sync/profile-export.ts';
import { type CommandSpec, examples } from '../command.ts';
import { indent, table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { atTerminal } from '../at-terminal.ts';
import { describeWho, type WhoOptions, whoOf } from './who.ts';

export const exportCommand: CommandSpec = {
  describe(command) {
    describeWho(command);
    command.option('--json', 'one JSON document, for whoever takes it elsewhere');
    command.addHelpText(
      'after',
      '\nFor somebody who asks what you have about them (GDPR, articles 15 and 20): all of it, without an\n' +
        'end, with where it was sent and when. That it was looked at is written into the audit log.',
    );
    examples(command, ['profile export C-1042 > C-1042.txt', 'profile export C-1042 --json']);
  },

  async run(session, command) {
    const who = whoOf(command);
    const muster = await session.muster();
    const found = await exportProfile(muster, who);
    const { id: database } = await findDatabase(muster.store, who.database);
    const subject = `profiles/${found.id}`;
    await recordAudit(muster.store, atTerminal(), 'profile.export', { database, subject });
    return printExport(session, command, found);
  },
};

export function printExport(session: Session, command: Command, found: ProfileExport): ExitCode {
  if (command.opts<WhoOptions>().json === true) printJson(session, found);
  else print(session, exportText(found));
  return exitCodes.done;
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const at = (text: string) => moment(new Date(text));

function exportText(held: ProfileExport): string {
  const pairs = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => [name, shown(value)]);
  const sections: (readonly [string, readonly (readonly string[])[]])[] = [
    ['Identifiers', pairs(held.identifiers)],
    ['Traits', pairs(held.traits)],
    ['Consent to marketing', [[held.consent === null ? 'unknown' : held.consent ? 'yes' : 'no']]],
    ['Other consents', pairs(held.consents ?? {})],
    ['Ids', held.ids.map(({ kind, name }) => [kind, name])],
    ['Groups', held.groups.map(({ groupId, traits }) => [groupId, JSON.stringify(traits)])],
    ['Audiences', held.audiences.map(({ name, since }) => [name, `since ${at(since)}`])],
    [
      'Kept out by consent',
      held.interactions.map((one) => [at(one.since), one.audience, one.reason]),
    ],
    [
      'Sent to Meta, as hashes',
      held.sent.map((one) => [
        ...[at(one.sentAt), one.what, one.audience, one.metaAudienceId, one.adAccount],
        ...[one.state, one.runId === null ? '' : `run ${one.runId}`],
      ]),
    ],
    [
      'Steps',
      held.walks.map((one) => [at(one.startedAt), one.scenario, `${one.steps.length} steps`]),
    ],
    ['Changes', held.changes.map((one) => [at(one.at), one.source, one.about, shown(one.after)])],
    ['Events', held.events.map((one) => [at(one.at), one.name, JSON.stringify(one.properties)])],
  ];
  const parts = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${indent(table([], lines))}`);
  return [`Everything held about ${held.externalId} in ${held.database}`, ...parts].join('\n\n');
}
