import type { Command } from 'commander';
import { moment } from '#http/words.ts';
import type { StateAtMeta } from '#insights/state-at-meta.ts';
import { type LinkedDocument, readLinked } from '#sync/linked.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { type ExitCode, exitCodes, type Session } from '../session.ts';

export interface LinkedOptions extends JsonOption {
  readonly refresh?: true;
}

export const linked: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the audience')
      .option('--refresh', 'ask Meta now; otherwise what it said last, with the time');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nNumbers are as Meta gives them: approximate, rounded, up to a day late. They count accounts that\n' +
        'matched, not the people that were sent, and -1 is "not available", not 0.',
    );
    examples(command, ['audience linked gold', 'audience linked gold --refresh --json']);
  },

  async run(session, command) {
    const { refresh } = command.opts<LinkedOptions>();
    const [name = ''] = command.args;
    const document = await readLinked(await session.muster(), name, refresh === true);
    return printLinked(session, command, document);
  },
};

export function printLinked(session: Session, command: Command, found: LinkedDocument): ExitCode {
  if (command.opts<JsonOption>().json === true) printJson(session, found);
  else print(session, linkedText(session, found));
  return exitCodes.done;
}

function linkedText(session: Session, document: LinkedDocument): string {
  const { atMeta } = document;
  const lines = fields([
    ['Meta audience', document.metaAudienceId],
    ['name there', atMeta?.name ?? null],
    ['ad account', `${document.adAccount}${document.sandbox ? ', sandbox' : ''}`],
    ['integration', `${document.integration}, of database ${document.database}`],
    ['size', atMeta === null ? 'not read yet: --refresh asks for it' : atMeta.size],
    ['delivery', statusText(atMeta?.deliveryStatus ?? null)],
    ['operation', statusText(atMeta?.operationStatus ?? null)],
    ['gained since the first send', gainText(atMeta)],
    ['read on', atMeta === null ? null : moment(new Date(atMeta.readAt))],
  ]);
  const warnings = (atMeta?.warnings ?? []).map((warning) => `\n${warning}`).join('');
  const head = styled(session.terminal.output, 'bold', document.audience);
  return `${head}\n${indent(lines)}${warnings === '' ? '' : `\n${warnings}`}`;
}

function statusText(status: StateAtMeta['deliveryStatus']): string | null {
  return status === null ? null : [`${status.code}`, status.text].filter(Boolean).join(': ');
}

function gainText(state: StateAtMeta | null): string | null {
  if (state?.gain === undefined || state.gain === null) return null;
  const { lowest, highest } = state.gain;
  return lowest === 0 && highest === 0 ? null : `between ${lowest} and ${highest} accounts`;
}
