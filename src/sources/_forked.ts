import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What keeps a reader from taking this process along. */
export interface ReaderLimits {
  /** How long an answer may take. */
  readonly timeoutMs: number;
  readonly heapMiB: number;
  /** The error for a reader that was too slow, or ended by itself; with what was seen. */
  readonly lost: (measured: string) => Error;
}

/** What a reader sends; null: there is no more. */
type Message<T> = { readonly answer: T | null };

/**
 * Has a file of this folder read in a process of its own, because some readers cannot be ended, or
 * fall over files that somebody made for that. It is told `ask`, then asked for one answer after
 * another; with the generator it is gone.
 */
export async function* askReader<T>(
  file: URL,
  ask: object,
  limits: ReaderLimits,
): AsyncGenerator<T, void, undefined> {
  const reader = fork(fileURLToPath(file), {
    execArgv: [`--max-old-space-size=${limits.heapMiB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // One that comes when nobody waits for an answer must not end this process.
  reader.on('error', () => {});
  try {
    for (let next: object = { ask }; ; next = {}) {
      const answered = answerOf<T>(reader, limits);
      reader.send(next);
      const answer = await answered;
      if (answer === null) return;
      yield answer;
    }
  } finally {
    reader.kill('SIGKILL');
  }
}

async function answerOf<T>(
  reader: ChildProcess,
  { timeoutMs, lost }: ReaderLimits,
): Promise<T | null> {
  const { promise, resolve, reject } = Promise.withResolvers<T | null>();
  const heard = ({ answer }: Message<T>) => resolve(answer);
  const ended = () => reject(lost('the process that read it ended'));
  const slow = () => reject(lost(`nothing came for ${timeoutMs / 1000} seconds`));
  const timer = setTimeout(slow, timeoutMs);
  reader.on('message', heard);
  reader.on('exit', ended);
  reader.on('error', ended);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    reader.off('message', heard);
    reader.off('exit', ended);
    reader.off('error', ended);
  }
}

/** In the process of a reader: gives the answers of what `read` makes of the ask, one at a time. */
export function answerAsked<A, T>(read: (ask: A) => AsyncGenerator<T> | Generator<T>): void {
  let answers: AsyncGenerator<T> | Generator<T> | undefined;
  process.on('message', ({ ask }: { readonly ask?: A }) => {
    if (ask !== undefined) answers = read(ask);
    void Promise.resolve(answers?.next()).then((next) => {
      process.send?.({ answer: next === undefined || next.done === true ? null : next.value });
    });
  });
}
