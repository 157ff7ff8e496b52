import { NoAnswerError, ProblemError, type Problem, refusal } from './problem.ts';

/** How far the way to the first audience has come; `total` is null where nobody knows it. */
export interface SampleProgress {
  readonly stage: 'sandbox' | 'people' | 'audience' | 'send';
  readonly done: number;
  readonly total: number | null;
}

interface Line {
  readonly progress?: SampleProgress;
  readonly audienceId?: string;
  readonly problem?: Pick<Problem, 'code' | 'next'> & { readonly message: string };
}

/**
 * Has a sandbox started, with made-up people and an audience of them; gives the audience's id.
 * @throws ProblemError when it did not come to its end
 */
export async function startSample(onProgress: (progress: SampleProgress) => void): Promise<string> {
  const response = await fetch(new URL('api/v1/sample', document.baseURI), {
    method: 'POST',
    headers: { 'accept-language': document.documentElement.lang },
  }).catch((error: unknown) => {
    throw new NoAnswerError(String(error), false);
  });
  if (!response.ok || response.body === null) {
    throw refusal(response.status, await response.json().catch(() => null));
  }
  let audienceId: string | null = null;
  for await (const line of linesOf(response.body)) {
    const { progress, problem, audienceId: made } = JSON.parse(line) as Line;
    if (progress !== undefined) onProgress(progress);
    if (made !== undefined) audienceId = made;
    if (problem !== undefined) {
      const { code, message, next } = problem;
      throw new ProblemError({ status: 0, code, title: '', detail: message, next });
    }
  }
  if (audienceId === null) throw new NoAnswerError('The answer ended early', false);
  return audienceId;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const text = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + text.decode(value, { stream: !done })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
    if (done) return;
  }
}
