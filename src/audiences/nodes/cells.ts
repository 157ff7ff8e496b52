/**
 * What is in a cell? Values are kept as the text that was imported, so every rule reads them anew:
 * a number, a moment or a yes is one whatever else stands in its column, and anything else is NULL,
 * never an error. Both sides of that are here: SQL over a cell, and TypeScript over a rule's value.
 *
 * No regular expressions: Postgres takes 3 to 15 s for a million matches of a whole date and 28 s
 * for a number with bounded digits. Looking each slice up in a list of all it may be costs a tenth
 * (lists are hashed, src/backend/optimizer/util/clauses.c, convert_saop_to_hashed_saop, Postgres 14
 * and later, as long as they are constants or parameters known at planning).
 */

const digits = '0123456789';

/** Far above any number that means one, far below where Postgres' numeric overflows. */
const numberLengthMax = 100;
const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Neither 007 nor +49 nor 1e5 nor 1,000: those are codes, phones or written for people. */
export function isPlainNumber(text: string): boolean {
  return text.length <= numberLengthMax && plainNumber.test(text);
}

/** The cell as numeric, or NULL. Spaces around it do not count. */
export function asNumber(cell: string): string {
  // What is left without its digits tells the shape; the comparison before it (every number starts
  // below ':') spares most texts the slow part.
  return readOnce(
    cell,
    `case when octet_length(v) <= ${numberLengthMax} and v collate "C" < ':' then` +
      ` case translate(v, '${digits}', '')` +
      ` when '' then case when v <> '' and v not like '0_%' then v::numeric end` +
      ` when '.' then case when v like '_%._%' and v not like '0_%.%' then v::numeric end` +
      ` when '-' then case when v like '-_%' and v not like '-0_%' then v::numeric end` +
      ` when '-.' then case when v like '-_%._%' and v not like '-0_%.%' then v::numeric end` +
      ` end end`,
  );
}

const yesWords = ['true', 'yes', '1'];
const noWords = ['false', 'no', '0'];

/** Whether the cell says so: true, yes or 1 (false, no or 0), in any case. NULL for NULL. */
export function says(cell: string, answer: boolean): string {
  const words = (answer ? yesWords : noWords).map((word) => `'${word}'`);
  return `lower(btrim(${cell})) in (${words.join(', ')})`;
}

/** A cell that holds nothing but spaces is as good as none. NULL for NULL. */
export function isNotBlank(cell: string): string {
  return `btrim(${cell}) <> ''`;
}

/**
 * One evaluation of a cell, under the name v, for an expression that needs it more than once:
 * a large traits object is unpacked at every look. OFFSET 0 keeps Postgres from undoing it.
 */
export function readOnce(cell: string, expression: string): string {
  return `(select ${expression} from (select btrim(${cell}) as v offset 0) cell)`;
}
