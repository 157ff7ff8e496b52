import { optionTable } from '#config/options.ts';
import { createApp } from '#http/app.ts';
import { listenOnLoopback } from '#http/listen.ts';
import { readOverview } from '#http/overview.ts';
import { overviewSource } from './overview-source.ts';
import { type CommandSpec, examples } from './command.ts';
import { print } from './print.ts';
import type { Session } from './session.ts';
import { stopped } from './stopped.ts';

export const serve: CommandSpec = {
  describe(command) {
    const { flag, help, default: port, env } = optionTable.servePort;
    command.option(flag, `${help} (${env}, default ${port})`);
    command.addHelpText(
      'after',
      '\nShows and changes nothing: / is the page, /status.json the same as JSON, /healthz says whether\n' +
        'the database answers. It listens on this machine only, since there are no logins yet.',
    );
    examples(command, ['serve', 'serve --port 8080']);
  },

  async run(session) {
    const url = await serveStatus(session, [session.settings.servePort]);
    print(session, `Status page: ${url} until Ctrl-C`);
    return await stopped(session.stop);
  },
};

/** Serves the status page until the command ends; gives its address. */
export async function serveStatus(session: Session, ports: readonly number[]): Promise<string> {
  const source = await overviewSource(session);
  const app = createApp({
    overview: () => readOverview(source),
    ping: () => source.db.query('select 1'),
  });
  const listening = await listenOnLoopback(app, ports);
  session.atEnd(() => listening.close());
  return listening.url;
}
