import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { optionTable } from '#config/options.ts';
import type { Flags } from '#config/settings.ts';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { CommandEntry, CommandSpec, JsonOption } from './command.ts';
import { commands, groups } from './commands.ts';
import { formOf } from './remote/forms.ts';
import { writeError } from './report-error.ts';
import { type ExitCode, exitCodes, type Screen, type Session, type Terminal } from './session.ts';
import { stopped } from './stopped.ts';
import { writeDown } from './written-down.ts';

/** Makes what a command works with from the flags it was given. */
export type OpenSession = (flags: Flags) => Session;

/**
 * Runs one command to its end. Errors go to the terminal's messages; the exit code is what comes
 * back. `args` are those behind the program's name.
 */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
  openSession: OpenSession,
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram(terminal, async (spec, command, entry) => {
    const session = openSession(flagsOf(command));
    await using _ = session;
    try {
      const { server } = session.settings;
      const run = formOf(entry.name, spec, server);
      const ended = await runCommand({ ...spec, run }, session, command);
      // What a server was asked is written down there.
      if (server === null) await writeDown(entry, session, command, ended);
      exitCode = ended;
    } catch (error) {
      if (session.log.format === 'text') throw error;
      const { code, exitCode: failed } = asMusterError(error);
      session.log.write({ level: 'error', event: 'ended', code });
      exitCode = failed;
    }
  });
  try {
    if (args.length === 0) {
      program.outputHelp();
      return exitCode;
    }
    await program.parseAsync(withHelpFlag(args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const debug = !['', '0'].includes(terminal.environment[optionTable.debug.env] ?? '');
    const reported = error instanceof CommanderError ? usageError(error) : error;
    writeError(terminal.messages, reported, debug);
    return asMusterError(reported).exitCode;
  }
}

interface Screens {
  readonly output: Pick<Screen, 'write'>;
  readonly messages: Pick<Screen, 'write'>;
}

type Act = (spec: CommandSpec, command: Command, entry: CommandEntry) => Promise<void>;

/** All commands by name and summary; each is described in full once it is called. */
export function buildProgram(screens: Screens, act: Act): Command {
  const program = new Command('muster')
    .description(description)
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addOption(dataOption)
    .addOption(serverOption)
    .exitOverride()
    .configureHelp({
      helpWidth: 100,
      showGlobalOptions: true,
      visibleGlobalOptions: (command) =>
        command.parent === null ? [] : [dataOption, serverOption],
    })
    .configureOutput({
      writeOut: (text) => screens.output.write(text),
      writeErr: (text) => screens.messages.write(text),
      // Errors are written once, by us, with their code.
      outputError: () => {},
    })
    .addHelpText('after', `\n${footer}`);
  for (const entry of commands) {
    const [name = '', ...above] = entry.name.split(' ').toReversed();
    const parent = groupOf(program, above.toReversed());
    const command = addCommand(parent, name, entry.summary);
    describeWhenCalled(parent, command, entry, act);
  }
  return program;
}

/** The command as help shows it, without running anything. */
export async function describeFully(program: Command, entry: CommandEntry): Promise<Command> {
  let command = program;
  for (const name of entry.name.split(' ')) {
    command = command.commands.find((child) => child.name() === name) ?? command;
  }
  (await entry.load()).describe(command);
  return command;
}

const description =
  "Keeps Meta Custom Audiences true to your own customer data. People's data stays on this machine;\nonly SHA-256 hashes leave it.";

const footer = `A first walk, without Meta:
  $ muster demo                                   see the whole job on made-up people
  $ muster import people.csv --country DE         then your own: people in,
  $ muster sandbox                                a simulated Meta, in another terminal,
  $ muster connect --sandbox                      a connection to it,
  $ muster audience create lapsed --rule rule.json
  $ muster plan lapsed                            look,
  $ muster sync lapsed                            and send.

From another machine, the same commands ask a Muster that runs: --server URL, key in MUSTER_API_KEY.

Every error has a code; \`muster help CODE\` explains it. Exit codes: 0 done, 1 failed, 2 wrong use or
refused input, 3 held, 4 done with rejected rows (with --strict), 5 rows wait, 130 stopped.`;

const dataOption = globalOption(optionTable.dataDirectory);
const serverOption = globalOption(optionTable.server);

function globalOption({
  flag,
  env,
  default: value,
  help,
}: (typeof optionTable)['dataDirectory' | 'server']): Option {
  const words = `${help.charAt(0).toLowerCase()}${help.slice(1)}`;
  return new Option(
    flag,
    `${words} (${[env, ...(value === null ? [] : [`default ${value}`])].join(', ')})`,
  );
}

/** The group of that name in the one above it; `model run` is in `model`. */
function groupOf(program: Command, names: readonly string[]): Command {
  const [name] = names.slice(-1);
  if (name === undefined) return program;
  const above = groupOf(program, names.slice(0, -1));
  const known = above.commands.find((command) => command.name() === name);
  return known ?? addCommand(above, name, groups[names.join(' ') as keyof typeof groups]);
}

function addCommand(parent: Command, name: string, summary: string): Command {
  return parent
    .command(name)
    .copyInheritedSettings(parent)
    .helpCommand(false)
    .summary(lowerFirst(summary))
    .description(`${summary}.`);
}

function describeWhenCalled(
  parent: Command,
  command: Command,
  entry: CommandEntry,
  act: Act,
): void {
  parent.hook('preSubcommand', async (_, called) => {
    if (called !== command) return;
    const spec = await entry.load();
    spec.describe(command);
    command.action(async () => await act(spec, command, entry));
  });
}

/** `help plan` is `plan --help`; `help CODE` stays a command of its own. */
function withHelpFlag(args: readonly string[]): string[] {
  const [first, ...names] = args;
  const isCommand = (name: string) =>
    Object.hasOwn(groups, name) || commands.some((entry) => entry.name === name);
  if (first !== 'help' || names.length === 0) return [...args];
  const known = isCommand(names.join(' ')) && names.join(' ') !== 'help';
  return known ? [...names, '--help'] : [...args];
}

function flagsOf(command: Command): Flags {
  const { data, server, port, host, workers, log } = command.optsWithGlobals<{
    data?: string;
    server?: string;
    port?: string;
    host?: string;
    workers?: string;
    log?: string;
  }>();
  return {
    dataDirectory: data,
    server,
    workers,
    serveHost: host,
    // Other commands talk to whoever called them.
    logFormat: command.name() === 'serve' ? log : 'text',
    ...(command.name() === 'sandbox' ? { sandboxPort: port } : { servePort: port }),
  };
}

async function runCommand(
  spec: CommandSpec,
  session: Session,
  command: Command,
): Promise<ExitCode> {
  try {
    const running = spec.run(session, command);
    // Stopped, it is not waited for, or not for long: everything is safe to leave at any moment.
    running.catch(() => {});
    return await Promise.race([running, stopped(session.stop, spec.graceMs)]);
  } catch (error) {
    // Whoever reads the output as JSON gets a document in this case too.
    if (command.opts<JsonOption>().json === true) {
      const { code, message, next } = asMusterError(error);
      session.terminal.output.write(`${JSON.stringify({ error: { code, message, next } })}\n`);
    }
    throw error;
  }
}

function usageError({ message }: CommanderError): MusterError {
  // A group was called without a command; its help has been shown already.
  const words = message === '(outputHelp)' ? 'a command is missing' : message;
  const plain = words.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return new MusterError('USAGE', plain.replace(/\.$/, ''));
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
