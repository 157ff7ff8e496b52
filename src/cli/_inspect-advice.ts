import { count } from '#http/words.ts';
import type { KeyCoverage } from '#identifiers/coverage.ts';
import { table } from './layout.ts';

/** What to do about values that were lost for one reason, whatever the identifier. */
const advice: readonly (readonly [reason: RegExp, what: string, todo: string])[] = [
  [
    /^birth date: (?:day and month could be swapped|any of the three)/,
    'birth dates that can be read in two ways',
    'export them as 1990-05-31',
  ],
  [/ an e-mail address$/, 'e-mail addresses in another column', 'look at the mapping'],
  [/^email: a phone number$/, 'phones in the e-mail column', 'look at the mapping'],
  [
    /hash, Meta takes SHA-256 only$| in base64, /,
    'hashes of a kind that Meta does not take',
    'export the values themselves; Muster hashes them',
  ],
  [/^mobile ad id: a hash/, 'hashed mobile ad ids', 'export them as they are; Meta wants them so'],
  [
    / a hash that lost or gained characters$/,
    'hashes that were cut',
    'look at the width of the column they come from',
  ],
  [
    /^phone: a number rounded by a spreadsheet$/,
    'phones that lost their digits in a spreadsheet',
    'format the column as text before the export',
  ],
];

/** A line for each kind of loss that something can be done about, the largest first; null for none. */
export function adviceText(keys: readonly KeyCoverage[]): string | null {
  const lost: { readonly people: number; readonly text: string }[] = [];
  for (const [pattern, what, todo] of advice) {
    // Month and day are lost together: people count, not cells.
    const counts = keys.map(({ reasons }) =>
      reasons.reduce((sum, one) => sum + (pattern.test(one.reason) ? one.count : 0), 0),
    );
    const most = what.startsWith('birth') ? Math.max(0, ...counts) : counts.reduce(add, 0);
    if (most > 0) lost.push({ people: most, text: `${what}: ${todo}` });
  }
  if (lost.length === 0) return null;
  const lines = lost.toSorted((a, b) => b.people - a.people);
  return table(
    [],
    lines.map(({ people, text }) => [count(people), text]),
    [0],
  );
}

function add(a: number, b: number): number {
  return a + b;
}
