/** One vector before its hash is computed. */
export interface Case {
  readonly key: string;
  readonly input: string;
  /** Of the row, as a code or a name; left out where nobody says. */
  readonly country?: string;
  /** The text to hash or to send, `{ hash }` for what was hashed before, `{ reason }` if unusable. */
  readonly expected: string | { readonly hash: string } | { readonly reason: string };
  /** Where the expectation comes from. */
  readonly why: string;
}

/** Cases from lines `input | country | expected`; an expectation in brackets is a reason. */
export function casesOf(key: string, why: string, lines: string): Case[] {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [input = '', country = '', wanted = '', because = why] = line
        .split('|')
        .map((cell) => cell.trim());
      const reason = /^\((.*)\)$/.exec(wanted)?.[1];
      return {
        key,
        input,
        ...(country === '' ? {} : { country }),
        expected: reason === undefined ? wanted : { reason },
        why: because,
      };
    });
}
