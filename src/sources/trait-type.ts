export type TraitType = 'number' | 'date' | 'boolean' | 'text';

/** Exact in a double as well, so a long number that is an id stays text. */
const digitsMax = 15;

/** Neither 007 nor +49 nor 1e5 nor 1,000: they are codes, phones or written for people. */
const number = /^ *-?(?:0|[1-9]\d*)(?:\.\d+)? *$/;
const boolean = /^ *(?:true|false|yes|no) *$/i;
const date =
  /^ *(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(?:Z|[+-](\d\d):?(\d\d))?)? *$/;

function isNumber(cell: string): boolean {
  if (!number.test(cell)) return false;
  return cell.length <= digitsMax || cell.replaceAll(/\D/g, '').length <= digitsMax;
}

function isDate(cell: string): boolean {
  const match = date.exec(cell);
  if (match === null) return false;
  const part = (group: number): number => Number(match[group] ?? 0);
  return (
    isDay(part(1), part(2), part(3)) &&
    part(4) < 24 &&
    part(5) < 60 &&
    part(6) < 60 &&
    part(7) <= 14 &&
    part(8) < 60
  );
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const february = isLeap ? 29 : 28;
  return day <= (month === 2 ? february : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

const kinds = [
  { type: 'number', fits: isNumber },
  { type: 'date', fits: isDate },
  { type: 'boolean', fits: (cell: string) => boolean.test(cell) },
] as const;

/**
 * Decides what a column of traits holds from all its cells: one type only if every cell that is not
 * blank has it, else text. What it calls a number, date or boolean, Postgres casts without an error.
 */
export class TraitTypeGuess {
  /** Undefined before the first cell that is not blank. */
  #kind: (typeof kinds)[number] | 'text' | undefined;

  add(cell: string): void {
    if (this.#kind === 'text' || cell === '') return;
    if (this.#kind?.fits(cell) === true || cell.trim() === '') return;
    // No cell has two types, so the first one decides which is possible at all.
    this.#kind =
      this.#kind === undefined ? (kinds.find(({ fits }) => fits(cell)) ?? 'text') : 'text';
  }

  get type(): TraitType {
    return this.#kind === undefined || this.#kind === 'text' ? 'text' : this.#kind.type;
  }
}
