export interface ConsentReading {
  /** Null: unknown, the source says nothing. */
  readonly consent: boolean | null;
  /** Something is there that is neither a yes nor a no. Worth counting and showing. */
  readonly isUnreadable: boolean;
}

const yes: ConsentReading = { consent: true, isUnreadable: false };
const no: ConsentReading = { consent: false, isUnreadable: false };
const unknown: ConsentReading = { consent: null, isUnreadable: false };
const unreadable: ConsentReading = { consent: false, isUnreadable: true };

const words = new Map<string, ConsentReading>([
  ['', unknown],
  ...['yes', 'true', '1', 'y', 't', 'on'].map((word) => [word, yes] as const),
  ...['no', 'false', '0', 'n', 'f', 'off'].map((word) => [word, no] as const),
]);

/**
 * What a cell of a consent column says (contract.md "Files"; y, t and on are what databases and
 * forms write for the same). An unreadable cell is a no: it may well be one in another language,
 * and by default an unknown consent lets people pass.
 */
export function readConsent(cell: string): ConsentReading {
  return words.get(cell) ?? words.get(cell.trim().toLowerCase()) ?? unreadable;
}

/** One verdict of several columns or rows that speak of one person: a no wins, then a yes. */
export function strictestConsent(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a ?? b;
}
