import type { Command } from 'commander';
import { type Diagnosis, diagnoseAll } from '#connections/doctor.ts';
import { diagnoseInstallation } from './doctor/installation.ts';
import type { Finding } from './doctor/finding.ts';
import { checkLines } from './check-lines.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { indent } from './layout.ts';
import { print, printJson, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen, type Session } from './session.ts';

export const doctor: CommandSpec = {
  describe(command) {
    command.argument(
      '[connection]',
      'the connection; without it, all of them and the installation',
    );
    jsonOption(command);
    command.addHelpText(
      'after',
      '\n✓ passes, ! wants attention, ✗ stands in the way, ? Meta would not say. Exit code 1 with any ✗.\n' +
        'The installation is the address and the proxy before it, files with secrets, single sign-on, the\n' +
        'database, room on the disk, the last backup, mail, alerts and sources: all are asked, nothing is sent.\n' +
        'What had stopped and passes now is started again.',
    );
    examples(command, ['doctor', 'doctor "Shop, Europe"', 'doctor --json']);
  },

  async run(session, command) {
    const [name] = command.args;
    const { store } = await session.muster();
    const diagnosed = await diagnoseAll(store, session.tools, name);
    // Who asks about one connection asks about nothing else.
    const installation = name === undefined ? await diagnoseInstallation(session) : [];
    const ok = diagnosed.ok && installation.every(({ state }) => state !== 'fail');
    return printDoctor(session, command, { ...diagnosed, ok, installation });
  },
};

/** What a line is about may be something that this program does not know yet. */
interface LookedOver extends Omit<Diagnosis, 'checks' | 'integrations'> {
  readonly checks: readonly Finding[];
  readonly integrations: readonly (Omit<Diagnosis['integrations'][number], 'checks'> & {
    readonly checks: readonly Finding[];
  })[];
}

interface Found {
  readonly ok: boolean;
  readonly connections: readonly LookedOver[];
  readonly installation: readonly Finding[];
}

export function printDoctor(session: Session, command: Command, found: Found): ExitCode {
  const { ok, connections, installation } = found;
  if (command.opts<JsonOption>().json === true) printJson(session, found);
  else {
    const { output } = session.terminal;
    const head = `${styled(output, 'bold', 'Installation')}\n`;
    const parts = connections.map((one) => diagnosisText(output, one));
    const none = 'There is no connection yet. Next: muster connect --guide';
    print(
      session,
      [
        ...(installation.length === 0 ? [] : [head + indent(checkLines(output, installation))]),
        ...(parts.length === 0 ? [none] : parts),
      ].join('\n\n'),
    );
  }
  return ok ? exitCodes.done : exitCodes.failed;
}

function diagnosisText(screen: Screen, diagnosis: LookedOver): string {
  const { connection, sandbox, checks, integrations } = diagnosis;
  const head = styled(screen, 'bold', `Connection ${connection}${sandbox ? ' (sandbox)' : ''}`);
  const parts = integrations.map(({ integration, adAccount, enabled, checks: own }) => {
    const title = `Integration ${integration}, ${adAccount}${enabled ? '' : ', switched off'}`;
    const lines = own.length === 0 ? 'not asked' : checkLines(screen, own);
    return `${styled(screen, 'bold', title)}\n${indent(lines)}`;
  });
  return [`${head}\n${indent(checkLines(screen, checks))}`, ...parts].join('\n');
}
