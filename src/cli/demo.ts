import { demoUrl } from './_auth.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { resetDemo } from './demo/reset.ts';
import { summaryText } from './demo/summary.ts';
import { connectDemo, startSandbox, walk } from './demo/walk.ts';
import { print, printJson, tell } from './print.ts';
import { exitCodeOf, worstOf } from './run-report.ts';
import { serveStatus, workHere } from './serve.ts';
import { exitCodes } from './session.ts';
import { stopped } from './stopped.ts';

interface DemoOptions extends JsonOption {
  readonly once?: true;
  readonly reset?: true;
}

export const demo: CommandSpec = {
  describe(command) {
    command
      .option('--once', 'end after the summary; otherwise the web page runs until Ctrl-C')
      .option('--reset', 'start over: take away what earlier demos made');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nImports 20,000 made-up people, makes three audiences, sends them to a sandbox in this process,\n' +
        'changes 1 % of the people and sends the difference. Another call goes on from there. It keeps to\n' +
        'the database “demo”; your own data goes to “main”.',
    );
    examples(command, ['demo', 'demo --once', 'demo --once --json', 'demo --reset']);
  },

  async run(session, command) {
    const options = command.opts<DemoOptions>();
    const sandbox = await startSandbox(session);
    if (options.reset === true) {
      await resetDemo(await session.muster(), await connectDemo(session, sandbox));
    }
    const summary = await walk(session, sandbox);
    if (options.json === true) printJson(session, summary);
    else print(session, `\n${summaryText(session.terminal.output, summary)}\n`);
    const runs = summary.stages.flatMap(({ runs: all }) => all);
    const exitCode = worstOf(runs.map((run) => exitCodeOf(run, false)));
    if (options.once === true) return exitCode;
    const url = await serveStatus(session, [session.settings.servePort, 0], () =>
      Promise.resolve(sandbox),
    );
    const { databaseId } = await connectDemo(session, sandbox);
    const opening = (await demoUrl(session, url, databaseId)) ?? url;
    tell(
      session,
      `Open this once, it signs you in:\n  ${opening}\nSandbox: ${sandbox.url}  Both until Ctrl-C.`,
    );
    await workHere(session, url);
    await stopped(session.stop);
    return exitCodes.stopped;
  },
};
