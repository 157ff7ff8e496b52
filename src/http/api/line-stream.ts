import { stream } from 'hono/streaming';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import type { ApiContext } from './api.ts';
import { errorWords } from './error-words.ts';

/**
 * An answer of one JSON document a line, while the work goes on: what it tells, in its order, then what
 * came of it, or {"problem": …}. The work goes on when nobody listens any more.
 */
export function answerInLines(
  context: ApiContext,
  work: (tell: (line: object) => void) => Promise<object>,
): Response {
  context.header('content-type', 'application/x-ndjson');
  return stream(context, async (out) => {
    // One after another, and the last one last.
    let told = Promise.resolve();
    const tell = (line: object) => {
      told = told.then(async () => {
        await out.write(`${JSON.stringify(line)}\n`);
      });
    };
    try {
      tell(await work(tell));
    } catch (error) {
      const known = asMusterError(error);
      const { detail: message, next } = errorWords(context, known);
      tell({ problem: { code: known.code, message, next } });
    }
    await told;
  });
}
