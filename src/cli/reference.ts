import { optionTable, type OptionEntry } from '#config/options.ts';
import { catalogue, type ErrorEntry } from '#domain/errors/catalogue.ts';
import { commands } from './commands.ts';
import { remoteCommands } from './remote/forms.ts';
import { buildProgram, describeFully } from './program.ts';

/** docs/reference/cli.md: what --help says, for all commands at once, and the settings. */
export async function cliReference(): Promise<string> {
  const parts = [await helpOf(null)];
  for (const { name } of commands) parts.push(await helpOf(name));
  return `${made}# The command line

Everything below is what \`muster --help\` and \`muster COMMAND --help\` print.

${parts.join('\n')}
## With --server

These ask the Muster that \`--server\` or \`MUSTER_SERVER\` names; the others work where the data is
([guide](../guide/remote.md)).

${remoteCommands.map((name) => `\`${name}\``).join(' · ')}

## Settings

A flag wins over the environment, the environment over the default. Where a name with \`_FILE\` stands beside it, the value may be in a
file, whose path that variable has; it is read each time it is needed, so that a new one counts at once.

| environment | flag | default | what |
|---|---|---|---|
${Object.values(optionTable).map(settingLine).join('\n')}
`;
}

/** docs/reference/errors.md: the catalogue that \`muster help CODE\` reads from. */
export function errorReference(): string {
  const entries = Object.entries<ErrorEntry>(catalogue).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${made}# Errors

Every error has a code. What was measured stands behind the sentence when it happens.

${entries
  .map(
    ([code, { happened, next, exitCode }]) =>
      `## ${code}\n\n${happened}.\n\nNext: ${next} Exit code ${exitCode}.\n`,
  )
  .join('\n')}`;
}

const made = '<!-- Made by `node scripts/reference.ts`; a test compares. -->\n\n';

/** The help text of a command, or of the program itself. */
async function helpOf(name: string | null): Promise<string> {
  let text = '';
  const screen = { write: (part: string) => (text += part) !== '' };
  const program = buildProgram({ output: screen, messages: screen }, () => Promise.resolve());
  const entry = commands.find((one) => one.name === name);
  const command = entry === undefined ? program : await describeFully(program, entry);
  command.outputHelp();
  const title = name === null ? 'muster' : `muster ${name}`;
  return `## ${title}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}

function settingLine(entry: OptionEntry): string {
  const flag = entry.flag === undefined ? '' : `\`${entry.flag}\``;
  const value = entry.default === null ? '' : `\`${entry.default}\``;
  const file = entry.secret === true ? `, or \`${entry.env}_FILE\`` : '';
  return `| \`${entry.env}\`${file} | ${flag} | ${value} | ${entry.help} |`;
}
