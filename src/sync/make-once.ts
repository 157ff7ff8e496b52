import type { Answer } from '#meta/answer.ts';
import { problemError } from '#meta/problems.ts';
import type { Muster, OpenClient } from './muster.ts';

const TRIES_MAX = 4;
const TRY_FIRST_MS = 500;

/**
 * Making an audience at Meta is not idempotent, so whoever asks has written the wish down before and
 * puts a mark into the description: after an answer that got lost, or where an earlier attempt is
 * unaccounted for (`look`), the mark is looked for before asking again (protocol.md §9).
 * @returns the id at Meta. @throws MusterError META_… for what Meta refuses: nothing was made.
 */
export async function makeOnce(
  muster: Muster,
  { meta, adAccount }: OpenClient,
  wish: { mark: string; look: boolean; ask: () => Promise<Answer<string>> },
): Promise<string> {
  let { look } = wish;
  for (let attempt = 1; ; attempt++) {
    if (look) {
      for await (const found of meta.findAudiences(adAccount)) {
        if (found.description?.includes(wish.mark) === true) return found.id;
      }
    }
    const answer = await wish.ask();
    if (answer.outcome === 'clean') return answer.body;
    if (answer.problem.class !== 'retry' || attempt === TRIES_MAX) {
      throw problemError(answer.problem);
    }
    look = answer.outcome === 'uncertain';
    await muster.sleep(TRY_FIRST_MS * 2 ** (attempt - 1));
  }
}
