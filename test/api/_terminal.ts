import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '#cli/program.ts';
import type { Session } from '#cli/session.ts';
import { readSettings } from '#config/settings.ts';
import type { Installation } from '#http/api/api.ts';
import type { Muster } from '#sync/muster.ts';
import { silentLog } from '../support/silent-log.ts';

export interface Typed {
  readonly code: number;
  readonly output: string;
  readonly messages: string;
}

/** A command as somebody at the machine types it, on the same data and in this process. */
export async function typed(
  muster: Muster,
  tools: Installation['tools'],
  args: readonly string[],
  input = '',
  environment: Record<string, string> = {},
): Promise<Typed> {
  const [output, messages] = [new PassThrough(), new PassThrough()];
  const terminal = { input: Readable.from([input]), output, messages, environment: {} };
  const session: Session = {
    ...readSettings(environment, {}),
    ...{ terminal, tools, log: silentLog, stop: new AbortController().signal, atEnd: () => {} },
    muster: () => Promise.resolve(muster),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const code = await runProgram(args, terminal, () => session);
  output.end();
  messages.end();
  return { code, output: await text(output), messages: await text(messages) };
}
