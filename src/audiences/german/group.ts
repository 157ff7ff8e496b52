import type { Phrase } from '../nodes/node.ts';

/** The sentence of a group. One member needs no conjunction. */
export function joinPhrases(
  children: readonly Phrase[],
  type: 'conjunction' | 'disjunction',
): Phrase {
  const [only] = children;
  if (children.length === 1 && only !== undefined) return only;
  const parts = children.map(({ yes }) => (yes.joined ? `(${yes.text})` : yes.text));
  return phraseOfJoined(new Intl.ListFormat('de-DE', { type }).format(parts));
}

/** What has an "und" or "oder" of its own, and those who are not among its people. */
export function phraseOfJoined(text: string): Phrase {
  return {
    yes: { text, joined: true },
    no: { text: `die nicht zu denen gehören, ${text}`, joined: true },
  };
}
