import type { CellTest } from './node.ts';

/*
 * What is in a cell? Values are kept as the text that was imported, so every rule reads them anew:
 * a number, a moment or a yes is one whatever else stands in its column, and anything else is NULL,
 * never an error. Each reading is here twice: as SQL over a cell, and in TypeScript for the values
 * of a rule.
 */

/** Far above any number that means one, far below where Postgres' numeric overflows. */
const numberLengthMax = 100;
const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Neither 007 nor +49 nor 1e5 nor 1,000: those are codes, phones or written for people. */
export function isPlainNumber(text: string): boolean {
  return text.length <= numberLengthMax && plainNumber.test(text);
}

/**
 * The cell as numeric, or NULL. Spaces around it do not count. A test and a cast: with a captured
 * group instead, substring(… from …), a million cells take three times as long.
 */
export function asNumber(cell: string): string {
  return readOnce(
    cell,
    `case when octet_length(v) <= ${numberLengthMax}` +
      ` and v ~ '^-?(0|[1-9][0-9]*)([.][0-9]+)?$' then v::numeric end`,
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

/** Whether one value under a name passes: the value itself or, of a list, any that is in it. */
export function anyCell(object: string, name: string, test: CellTest): string {
  return (
    `case when jsonb_typeof(${object} -> ${name}) = 'array'` +
    ` then exists (select from jsonb_array_elements_text(${object} -> ${name}) as value(v)` +
    ` where ${test('value.v')})` +
    ` else ${test(`(${object} ->> ${name})`)} end`
  );
}

/** All values under a name, as the rows of a table of one column. */
export function everyCell(object: string, name: string): string {
  const value = `${object} -> ${name}`;
  return (
    `jsonb_array_elements_text(case when jsonb_typeof(${value}) = 'array' then ${value}` +
    ` else jsonb_build_array(${value}) end)`
  );
}

/**
 * The first moment after `looked_at` at which the clock may change the answer for one of several values: a
 * timestamptz or NULL. `values` is a table under the alias value, with the column v.
 */
export function firstFlip(values: string, candidates: (cell: string) => string): string {
  return (
    `(select min(x.flip) from ${values}, unnest(${candidates('value.v')}) x (flip)` +
    ` where x.flip > (select l.at at time zone 'UTC' from looked_at l)) at time zone 'UTC'`
  );
}

/**
 * One evaluation of a cell, under the name v, for an expression that needs it more than once:
 * a large traits object is unpacked at every look. OFFSET 0 keeps Postgres from undoing it.
 */
export function readOnce(cell: string, expression: string): string {
  return `(select ${expression} from (select btrim(${cell}) as v offset 0) cell)`;
}
