import { join } from 'node:path';
import { optionTable } from '#config/options.ts';
import { leaveNote } from '#connections/sandbox-note.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';
import type { ServedSandbox } from '#sandbox/serve.ts';
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
    const { ready } = await runSandbox(session, [session.settings.sandboxPort]);
    printJson(session, ready);
    tell(
      session,
      `The sandbox runs at ${ready.url} until Ctrl-C; a browser shows what goes on there.`,
    );
    tell(session, 'Next: muster connect --sandbox');
    return await stopped(session.stop);
  },
};

/**
 * Opens the sandbox of the data directory and serves it until the command ends, on the first of the
 * ports that is free; 0 is any free one.
 */
export async function runSandbox(
  session: Session,
  ports: readonly number[],
): Promise<{ sandbox: Sandbox; ready: ReturnType<Sandbox['ready']> }> {
  const { openSandbox } = await import('#sandbox/sandbox.ts');
  const { dataDirectory } = session.settings;
  const directory = join(dataDirectory, 'sandbox');
  const opened = await openSandbox({ directory, clock: Date.now, random: Math.random });
  session.atEnd(() => opened.close());
  const served = await serveOnFirst(opened, ports);
  session.atEnd(() => served.close());
  const ready = opened.ready(served.url);
  session.atEnd(await leaveNote(dataDirectory, ready));
  return { sandbox: opened, ready };
}

async function serveOnFirst(opened: Sandbox, ports: readonly number[]): Promise<ServedSandbox> {
  const { serveSandbox } = await import('#sandbox/serve.ts');
  let taken: unknown;
  for (const port of ports) {
    try {
      return await serveSandbox(opened, { host: '127.0.0.1', port });
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      taken = error;
    }
  }
  throw taken;
}
