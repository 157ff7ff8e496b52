import { MusterError } from '#domain/errors/muster-error.ts';
import * as contract from '../contract/sample.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { answerInLines } from './line-stream.ts';

/** How far the way to a first audience has come; `total` is null where nobody knows it. */
interface SampleProgress {
  readonly stage: 'sandbox' | 'people' | 'audience' | 'send';
  readonly done: number;
  readonly total: number | null;
}

/**
 * Makes a first audience from made-up people, sent to a sandbox; gives its id.
 * @throws MusterError SAMPLE_NOT_EMPTY
 */
export type StartSample = (onProgress: (progress: SampleProgress) => void) => Promise<number>;

export function serveSample(api: Api, parts: ApiParts): void {
  answer(api, parts, contract.startSample, async ({ principal }, context) => {
    // It makes a database, which somebody who sees only some would not see.
    if (principal.databases !== 'all') throw new MusterError('API_NOT_ALLOWED', 'all databases');
    return answerInLines(context, async (tell) => {
      const audienceId = await parts.installation.startSample((progress) => tell({ progress }));
      return { audienceId: String(audienceId) };
    });
  });
}
