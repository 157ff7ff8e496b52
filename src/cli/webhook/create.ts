import { randomBytes } from 'node:crypto';
import { createWebhook } from '#connections/channels.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes } from '../session.ts';
import { readTextFile } from '../text-file.ts';
import { quoted } from '../words.ts';

interface CreateOptions extends JsonOption {
  readonly url?: string;
  readonly urlFile?: string;
  readonly slack?: true;
  readonly allowPrivate?: true;
}

export const create: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'how you want to call it')
      .option('--url <url>', 'what is called')
      .option('--url-file <file>', 'a file that holds it; - is standard input')
      .option('--slack', 'it takes {"text": …}, as Slack, Mattermost and Teams’ workflows do')
      .option('--allow-private', 'it is on this machine or in your own network');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nWhat is sent is signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature.\n' +
        'The key is shown once. A Slack URL is a secret itself: better --url-file.',
    );
    examples(command, [
      'webhook create pager --url https://pager.example.com/muster',
      'webhook create team --slack --url-file slack.url',
    ]);
  },

  async run(session, command) {
    const name = command.args[0] ?? '';
    const { url, urlFile, slack, allowPrivate, json } = command.opts<CreateOptions>();
    if ((url === undefined) === (urlFile === undefined)) {
      throw new MusterError('USAGE', 'give --url URL or --url-file FILE');
    }
    const given = url ?? (await readTextFile(session, urlFile ?? '-'));
    const kind = slack === true ? 'slack' : 'webhook';
    const { store } = await session.muster();
    const keys = await session.tools.keys();
    const reachable = {
      allowPrivate: allowPrivate === true,
      ownHosts: session.settings.sourceHosts,
    };
    const wish = { name, kind, url: given.trim(), reachable } as const;
    const secret = await createWebhook(store, keys, wish, randomBytes);
    if (json === true) {
      printJson(session, { name, kind, secret });
      return exitCodes.done;
    }
    print(session, `Alerts go to ${name}`);
    if (secret !== null) {
      const key = styled(session.terminal.output, 'bold', secret);
      print(session, `\n${indent(fields([['key', key]]))}\n\nIt is shown this once.`);
    }
    print(session, `\nNext: muster webhook test ${quoted(name)}`);
    return exitCodes.done;
  },
};
