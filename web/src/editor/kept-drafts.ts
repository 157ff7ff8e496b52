import { blankDraft, type Draft } from './draft.ts';

/** Ends with the tab. What a rule compares with may be somebody's own, so it is nobody else's to find. */
const prefix = 'muster.draft.';

/** Whose draft it is, and of what: of an audience by its id, or of a new one. */
export interface DraftPlace {
  readonly userId: string;
  readonly of: string;
}

const nameOf = ({ userId, of }: DraftPlace): string => `${prefix}${userId}.${of}`;

/** A draft that the same person left behind in this tab, or null. Those of others go. */
export function keptDraft(place: DraftPlace): Draft | null {
  try {
    forgetDrafts(place.userId);
    const text = sessionStorage.getItem(nameOf(place));
    return text === null ? null : { ...blankDraft, ...(JSON.parse(text) as Partial<Draft>) };
  } catch {
    return null;
  }
}

/** Ids and addresses of people do not stay behind in a browser. */
function withoutNames({ hand, ...draft }: Draft): Draft {
  const [include, exclude] = [
    { ...hand.include, names: '' },
    { ...hand.exclude, names: '' },
  ];
  return { ...draft, hand: { ...hand, include, exclude } };
}

/** Null: there is nothing left to keep. */
export function keepDraft(place: DraftPlace, draft: Draft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(nameOf(place));
    else sessionStorage.setItem(nameOf(place), JSON.stringify(withoutNames(draft)));
  } catch {
    // A full or forbidden storage costs the draft after the page was left, and nothing else.
  }
}

/** Everybody's but of one; called without, as when somebody signs out: everybody's. */
export function forgetDrafts(exceptUserId?: string): void {
  try {
    for (const name of Object.keys(sessionStorage)) {
      const isTheirs = exceptUserId !== undefined && name.startsWith(`${prefix}${exceptUserId}.`);
      if (name.startsWith(prefix) && !isTheirs) sessionStorage.removeItem(name);
    }
  } catch {
    // Where nothing may be kept, nothing is.
  }
}
