import { join } from 'node:path';
import { optionTable } from '#config/options.ts';
import { leaveNote } from '#connections/sandbox-note.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';
import { type CommandSpec, examples } from './command.ts';
import { printJson, tell } from './print.ts';
import type { Session } from './session.ts';
import { stopped } from './stopped.ts';

export const sandbox: CommandSpec = {
  describe(command) {
    const { flag, help, default: port, env } = optionTable.sandboxPort;
    command.option(flag, `${help} (${env}, default ${port})`);
    command.addHelpText(
      'after',
      '\nPrints one line of JSON when it is ready: {"url","adAccounts":[{"id","name"}],"token"}.\n' +
        'It keeps what it was told under the data directory and runs until it is stopped.',
    );
    examples(command, ['sandbox', 'sandbox --port 4701 --data /srv/muster']);
  },

  async run(session) {
    const { ready } = await runSandbox(session, session.settings.sandboxPort);
    printJson(session, ready);
    tell(session, `The sandbox runs at ${ready.url} until Ctrl-C. Next: muster connect --sandbox`);
    return await stopped(session.stop);
  },
};

/** Opens the sandbox of the data directory and serves it on a port until the command ends. */
export async function runSandbox(
  session: Session,
  port: number,
): Promise<{ sandbox: Sandbox; ready: ReturnType<Sandbox['ready']> }> {
  const [{ openSandbox }, { serveSandbox }] = await Promise.all([
    import('#sandbox/sandbox.ts'),
    import('#sandbox/serve.ts'),
  ]);
  const { dataDirectory } = session.settings;
  const directory = join(dataDirectory, 'sandbox');
  const opened = await openSandbox({ directory, clock: Date.now, random: Math.random });
  session.atEnd(() => opened.close());
  const served = await serveSandbox(opened, { host: '127.0.0.1', port });
  session.atEnd(() => served.close());
  const ready = opened.ready(served.url);
  session.atEnd(await leaveNote(dataDirectory, ready));
  return { sandbox: opened, ready };
}
