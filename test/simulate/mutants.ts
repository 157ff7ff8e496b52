/** Something that must not work: a seed has to notice. */
export interface Mutant {
  readonly name: string;
  /** What it makes of a statement; the words it looks for have to be there. */
  readonly rewrite?: (text: string) => string;
  readonly settleMs?: number;
}

/** Nothing is changed. */
export const none: Mutant = { name: 'none' };
