import { once } from 'node:events';
import type { Command } from 'commander';
import { findAudience } from '#store/audiences.ts';
import { memberExternalIds } from '#store/members.ts';
import { type CommandSpec, examples, type JsonOption } from '../command.ts';
import { tell } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

export const members: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--json', 'print one JSON document a line: {"externalId":"…"}');
    examples(command, ['audience members gold', 'audience members gold --json | wc -l']);
  },

  async run(session, command) {
    const { store } = await session.muster();
    const audience = await findAudience(store, command.args[0] ?? '');
    const evaluated = audience.feedPosition !== null;
    const pages = memberExternalIds(store, audience);
    return await printMembers(session, command, { name: audience.name, evaluated, pages });
  },
};

interface Members {
  readonly name: string;
  readonly evaluated: boolean;
  readonly pages: AsyncIterable<readonly string[]>;
}

export async function printMembers(
  session: Session,
  command: Command,
  { name, evaluated, pages }: Members,
): Promise<ExitCode> {
  if (!evaluated) tell(session, `Nobody has looked yet who belongs. Next: muster plan ${name}`);
  const line =
    command.opts<JsonOption>().json === true
      ? (externalId: string) => `${JSON.stringify({ externalId })}\n`
      : (externalId: string) => `${externalId}\n`;
  const { output } = session.terminal;
  for await (const page of pages) {
    if (!output.write(page.map(line).join(''))) await once(output, 'drain');
  }
  return exitCodes.done;
}
