import { moment } from '#http/words.ts';
import { recordAudit } from '#store/audit.ts';
import { findDatabase } from '#store/databases.ts';
import { exportPerson, type PersonExport } from '#store/person-export.ts';
import { type ProfileReport, showProfile } from '#sync/profiles.ts';
import { type CommandSpec, examples } from '../command.ts';
import { indent, table } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes } from '../session.ts';
import { atTerminal } from '../at-terminal.ts';
import { describeWho, type WhoOptions, whoOf } from './_who.ts';

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
    const profile = await showProfile(muster, who);
    const { id: databaseId } = await findDatabase(muster.store, who.database);
    const held = await exportPerson(muster.store, databaseId, Number(profile.id));
    await recordAudit(muster.store, atTerminal(), 'profile.export', {
      database: databaseId,
      subject: `profiles/${profile.id}`,
    });
    // What the profile shows of events and changes are the last ones; here are all.
    const { lastEvents: _, history: __, events: summaries, ...about } = profile;
    if (command.opts<WhoOptions>().json === true) {
      printJson(session, { ...about, eventSummaries: summaries, ...held });
    } else print(session, exportText(profile, held));
    return exitCodes.done;
  },
};

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const at = (text: string) => moment(new Date(text));

function exportText(profile: ProfileReport, held: PersonExport): string {
  const pairs = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => [name, shown(value)]);
  const sections: (readonly [string, readonly (readonly string[])[]])[] = [
    ['Identifiers', pairs(profile.identifiers)],
    ['Traits', pairs(profile.traits)],
    [
      'Consent to marketing',
      [[profile.consent === null ? 'unknown' : profile.consent ? 'yes' : 'no']],
    ],
    ['Other consents', pairs(profile.consents ?? {})],
    ['Ids', profile.ids.map(({ kind, name }) => [kind, name])],
    ['Groups', profile.groups.map(({ groupId, traits }) => [groupId, JSON.stringify(traits)])],
    ['Audiences', profile.audiences.map(({ name, since }) => [name, `since ${at(since)}`])],
    [
      'Kept out by consent',
      profile.interactions.map((one) => [at(one.since), one.audience, one.reason]),
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
  return [`Everything held about ${profile.externalId} in ${profile.database}`, ...parts].join(
    '\n\n',
  );
}
