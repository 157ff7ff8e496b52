import { randomBytes } from 'node:crypto';
import { rotateWebhook } from '#connections/channels.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';

export const rotate: CommandSpec = {
  describe(command) {
    command.argument('<name>', 'of the webhook');
    jsonOption(command);
    examples(command, ['webhook rotate pager']);
  },

  async run(session, command) {
    const name = command.args[0] ?? '';
    const { store } = await session.muster();
    const secret = await rotateWebhook(store, await session.tools.keys(), name, randomBytes);
    if (command.opts<JsonOption>().json === true) {
      printJson(session, { name, secret });
      return exitCodes.done;
    }
    const key = styled(session.terminal.output, 'bold', secret);
    print(session, `${indent(fields([['key', key]]))}\n`);
    print(session, 'It is shown this once. The old key signs beside it until the next time.');
    return exitCodes.done;
  },
};
