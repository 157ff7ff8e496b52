import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runProgram } from '#cli/program.ts';
import type { Session } from '#cli/session.ts';
import { readSettings } from '#config/settings.ts';
import type { Installation } from '#http/api/api.ts';
import { systemClock } from '#meta/clock.ts';
import { silentLog } from '../support/silent-log.ts';
import type { Typed } from './_terminal.ts';

/** A command as somebody types it on a machine that has an address and a key, and no data. */
export async function typedElsewhere(
  { url, key, tools }: { url: string; key: string; tools: Installation['tools'] },
  args: readonly string[],
  input = '',
): Promise<Typed> {
  const [output, messages] = [new PassThrough(), new PassThrough()];
  const terminal = { input: Readable.from([input]), output, messages, environment: {} };
  // Waiting is real, and moments are those of the place.
  const clock = { ...systemClock, nowMs: () => tools.clock.nowMs() };
  const environment = { MUSTER_API_KEY: key };
  const code = await runProgram(
    ['--server', url, ...args],
    terminal,
    (flags): Session => ({
      ...readSettings(environment, flags),
      tools: { ...tools, fetch: globalThis.fetch, clock },
      ...{ terminal, log: silentLog, stop: new AbortController().signal, atEnd: () => {} },
      muster: () => Promise.reject(new Error('there is no data on this machine')),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
  );
  output.end();
  messages.end();
  return { code, output: await text(output), messages: await text(messages) };
}
