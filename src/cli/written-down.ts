import type { Command } from 'commander';
import { askerOf, noteAskerOfNamed } from '#store/approvals.ts';
import { recordAudit } from '#store/audit.ts';
import { databaseOfNamed } from '#store/database-of.ts';
import type { Store } from '#store/db.ts';
import { atTerminal } from './at-terminal.ts';
import type { CommandEntry } from './command.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';

/**
 * Writes into the audit log that a command has changed something. One that ended in an error, or was
 * stopped, does not come here: what it began is in its run. One that came to its end and did not do all
 * of it, such as with rows that wait, says so by its exit code.
 */
export async function writeDown(
  { name }: CommandEntry,
  session: Session,
  command: Command,
  exitCode: ExitCode,
): Promise<void> {
  if (exitCode === exitCodes.stopped || !changesSomething(name, command)) return;
  const { store } = await session.muster();
  const kind = kindOf(name);
  const [first = ''] = command.args;
  if (kind === 'audiences') await noteTerminalAsks(store, first);
  await recordAudit(store, atTerminal(), name.replaceAll(' ', '.'), {
    database: await databaseIn(store, kind, command),
    subject: subjectOf(name, command),
    detail: { options: given(command).map(dashed), exitCode },
  });
}

/** Whose people it was about: those of the named thing, or of the database that was said. */
async function databaseIn(
  store: Store,
  kind: string | undefined,
  command: Command,
): Promise<number | null> {
  const named = await databaseOfNamed(store, kind ?? '', command.args[0] ?? '');
  const { database } = command.opts<{ database?: unknown }>();
  if (named !== null || typeof database !== 'string') return named;
  return await databaseOfNamed(store, 'databases', database);
}

/** From now on whoever has the terminal is who wants the audience to be as it is. */
export async function noteTerminalAsks(store: Store, audience: string): Promise<void> {
  await noteAskerOfNamed(store, audience, await askerOf(store, atTerminal()));
}

function changesSomething(name: string, command: Command): boolean {
  if (looks.has(name) || writesItself.has(name)) return false;
  const options = given(command);
  if (options.some((option) => ['dryRun', 'check', 'guide'].includes(option))) return false;
  const needed = changesWith[name as keyof typeof changesWith];
  return needed === undefined || needed(options, command.args);
}

/** Options that were typed, by commander's names; their values may be personal. */
function given(command: Command): string[] {
  const names = command.options.map((option) => option.attributeName());
  return [...new Set(names)].filter(
    (name) => name !== 'json' && command.getOptionValueSource(name) === 'cli',
  );
}

/** These change nothing. Whatever is new is written down until it is named here. */
export const looks: ReadonlySet<string> = new Set([
  ...['alert list', 'alert show', 'audit export', 'audit list', 'audit verify'],
  ...['audience count', 'audience details', 'audience linked', 'audience list'],
  ...['audience members', 'audience rejected', 'audience show'],
  ...['automation events', 'automation list', 'automation presets', 'automation show'],
  ...['connection audiences', 'connection list', 'connection show', 'database show', 'doctor'],
  ...['events tail', 'help', 'inspect', 'integration list', 'key list', 'lookalike list'],
  ...['model failed', 'model list', 'model preview', 'model run show', 'model runs', 'model show'],
  ...['normalise', 'plan', 'profile search', 'profile show', 'retention show', 'run list'],
  ...['run show', 'sandbox', 'scenario check', 'scenario list', 'scenario show', 'serve'],
  ...['source list', 'source show', 'source test', 'status', 'suppression show', 'trait list'],
  ...['user list', 'webhook list', 'why'],
]);

/** These write their own entry, in the transaction of what they do. */
export const writesItself: ReadonlySet<string> = new Set([
  ...['demo', 'key create', 'key revoke', 'profile export'],
  ...['user disable', 'user enable', 'user invite', 'user reset', 'user role'],
  'user second-factor',
]);

type Changes = (options: readonly string[], args: readonly string[]) => boolean;

const withAny: Changes = (options) => options.length > 0;
const withOption =
  (name: string): Changes =>
  (options) =>
    options.includes(name);

/** These show what is there, or what would be, and change it only when they are called so. */
export const changesWith = {
  'alert rules': withAny,
  'audience edit': withOption('ifVersion'),
  'audience replace': withOption('confirm'),
  'audience schedule': withAny,
  'audience sweep': withAny,
  'hold-out': (options, args) => args.length > 0 || options.includes('off'),
  'model schedule': withAny,
  'model test': withOption('send'),
} satisfies Record<string, Changes>;

/**
 * What it was done to, such as `audiences/gold`: where a command's first word is the name of a thing that
 * people have named. Ids of people, addresses and values stay out.
 */
function subjectOf(name: string, { args: [first = ''] }: Command): string | null {
  const kind = kindOf(name);
  if (kind === undefined || first === '') return null;
  // A name that looks like an address or a phone is left out; a run's number is none.
  const isPersonal = kind !== 'runs' && /@|\d{5}/.test(first);
  return `${kind}/${isPersonal ? '…' : first}`;
}

function kindOf(name: string): string | undefined {
  const [group = ''] = name.split(' ');
  return (things as Readonly<Record<string, string>>)[group];
}

const things = {
  ...{ audience: 'audiences', automation: 'audiences', sync: 'audiences', lookalike: 'audiences' },
  ...{ connection: 'connections', integration: 'integrations', database: 'databases' },
  ...{ source: 'sources', model: 'models', scenario: 'scenarios', trait: 'traits' },
  ...{ webhook: 'webhooks', retention: 'retention' },
  ...{ release: 'runs', approve: 'runs', refuse: 'runs' },
} as const;

function dashed(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
