import { count } from '#http/words.ts';

/** Below this Meta finds an audience too small to be effective (features.md E-01). */
const SMALL_BELOW = 1_000;

/** A warning, never a refusal: Meta decides. Null: it is large enough. */
export function smallWarning(people: number): string | null {
  if (people >= SMALL_BELOW) return null;
  return `Fewer than ${count(SMALL_BELOW)} people (${count(people)}): too small to be effective. It is sent all the same.`;
}
