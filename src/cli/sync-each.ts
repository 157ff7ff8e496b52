import { asMusterError } from '#domain/errors/as-muster-error.ts';
import type { Muster } from '#sync/muster.ts';
import type { SyncReport } from '#sync/reports.ts';
import { syncAudience } from '#sync/sync.ts';
import { print, printJson } from './print.ts';
import { showProgress } from './progress.ts';
import { writeError } from './report-error.ts';
import { exitCodeOf, runText, worstOf } from './run-report.ts';
import { type ExitCode, exitCodes, type Session } from './session.ts';
import { noteTerminalAsks } from './written-down.ts';

type SyncWish = Parameters<typeof syncAudience>[2];

/** Sends one audience, with its progress. */
export async function syncOne(
  session: Session,
  muster: Muster,
  name: string,
  wish: SyncWish,
): Promise<SyncReport> {
  await noteTerminalAsks(muster.store, name);
  using progress = showProgress(session.terminal.messages, muster.clock, name);
  return await syncAudience(muster, name, wish, progress.on);
}

/** One after the other; one that fails does not keep the others from being sent. */
export async function syncEach(
  session: Session,
  names: readonly string[],
  { strict, json }: { readonly strict: boolean; readonly json: boolean },
  send: (name: string) => Promise<SyncReport>,
): Promise<ExitCode> {
  const { messages, output } = session.terminal;
  const documents: object[] = [];
  const codes: ExitCode[] = [];
  for (const name of names) {
    try {
      const report = await send(name);
      documents.push(report);
      codes.push(exitCodeOf(report, strict));
      if (!json) print(session, `${runText(output, report)}\n`);
    } catch (error) {
      const { code, message, next } = asMusterError(error);
      documents.push({ audience: name, error: { code, message, next } });
      // Somebody switched it off: that nothing goes out is what was asked for.
      codes.push(code === 'DESTINATION_DISABLED' ? exitCodes.done : exitCodes.failed);
      messages.write(`${name}: `);
      writeError(messages, error, session.settings.debug);
    }
  }
  if (json) printJson(session, { audiences: documents });
  else if (codes.length === 0) print(session, 'There is no audience to send. Nothing to do.');
  return worstOf(codes);
}
