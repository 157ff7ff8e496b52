import type { Command } from 'commander';
import { count, moment } from '#http/words.ts';
import { type StateAtMeta, statesAtMeta } from '#insights/state-at-meta.ts';
import { type AudienceOverview, overviewAudiences } from '#store/overview.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { table } from '../layout.ts';
import { print, printJson, tell } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';
import { smallWarning } from './_small.ts';
import { audienceDocument } from './_describe.ts';
import { wayWords } from './_edit-text.ts';

interface ListOptions extends JsonOption {
  readonly all?: true;
  readonly folder?: string;
  readonly label?: string;
  readonly database?: string;
  readonly search?: string;
}

export const list: CommandSpec = {
  describe(command) {
    command
      .option('--all', 'the deactivated ones too')
      .option('--folder <name>', 'only those of a folder; “none”: of no folder')
      .option('--label <label>', 'only those with a label')
      .option('--database <name>', 'only those of a database')
      .option('--search <text>', 'only those with this in the name or description, in any case');
    jsonOption(command);
    examples(command, [
      'audience list',
      'audience list --folder Exclusions --label always-on',
      'audience list --json',
    ]);
  },

  async run(session, command) {
    const { store } = await session.muster();
    return printList(session, command, await overviewAudiences(store), await statesAtMeta(store));
  },
};

export function printList(
  session: Session,
  command: Command,
  known: readonly AudienceOverview[],
  states: ReadonlyMap<string, StateAtMeta>,
): ExitCode {
  const options = command.opts<ListOptions>();
  const { all, json } = options;
  const everyOne = known.filter((one) => isWanted(one, options));
  const audiences = everyOne.filter(({ state }) => all === true || state !== 'deactivated');
  if (json === true) {
    const documents = audiences.map((one) => audienceDocument(one, states.get(one.name)));
    printJson(session, { audiences: documents });
    return exitCodes.done;
  }
  if (everyOne.length === 0) {
    const asked = [options.folder, options.label, options.database, options.search];
    const none = asked.some((one) => one !== undefined)
      ? 'No audience is like that. `muster audience list --all` has them all.'
      : 'There is no audience yet. Next: muster audience create NAME --rule FILE';
    print(session, none);
    return exitCodes.done;
  }
  const filed = audiences.some(({ folder, labels }) => folder !== null || labels.length > 0);
  const lines = audiences.map((audience) => [
    audience.name,
    ...(filed ? [filedText(audience)] : []),
    audience.database,
    audience.integration === null
      ? '-'
      : `${audience.integration}${audience.sandbox === true ? ' (sandbox)' : ''}`,
    wayWords[audience.way],
    audience.state,
    audience.evaluated ? count(audience.members) : '-',
    audience.metaAudienceId ?? '-',
    states.get(audience.name)?.size ?? '-',
    audience.synchronizedAt === null ? '-' : moment(audience.synchronizedAt),
  ]);
  const head = [
    ...(filed ? ['name', 'folder and labels'] : ['name']),
    ...['database', 'integration', 'filled', 'state', 'members', 'Meta audience', 'size'],
    'synchronized on',
  ];
  if (lines.length > 0) print(session, table(head, lines, [filed ? 6 : 5]));
  const hidden = everyOne.length - audiences.length;
  if (hidden > 0) tell(session, `${count(hidden)} deactivated; see them with --all.`);
  for (const { name, evaluated, members } of audiences) {
    const atMeta = states.get(name)?.warnings ?? [];
    const small = evaluated && atMeta.length === 0 ? smallWarning(members) : null;
    for (const warning of small === null ? atMeta : [small]) tell(session, `${name}: ${warning}`);
  }
  return exitCodes.done;
}

function isWanted(
  audience: AudienceOverview,
  { folder, label, database, search }: ListOptions,
): boolean {
  const { name, description, labels } = audience;
  return (
    (folder === undefined || (audience.folder ?? 'none') === folder) &&
    (label === undefined || labels.includes(label)) &&
    (database === undefined || audience.database === database) &&
    (search === undefined || `${name}\n${description}`.toLowerCase().includes(search.toLowerCase()))
  );
}

function filedText({ folder, labels }: AudienceOverview): string {
  return [folder ?? '-', ...labels.map((label) => `#${label}`)].join(' ');
}
