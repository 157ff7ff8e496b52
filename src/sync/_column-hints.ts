import { kindOf } from '#identifiers/kinds.ts';
import { defaultSetting, type Setting } from '#identifiers/setting.ts';
import type { PlannedColumn } from '#sources/columns.ts';

/** A column that was taken for a trait and looks like an identifier. */
export interface ColumnHint {
  readonly column: string;
  /** As `--map` takes it. */
  readonly key: 'EMAIL' | 'PHONE';
}

const cellsRead = 500;
const fewestCells = 3;
const share = 0.8;
const keys = ['EMAIL', 'PHONE'] as const;
/** Without its plus a phone looks like any other number. */
const looks = { EMAIL: /@/, PHONE: /^\s*(?:\+|00)\d/ } as const;

interface Looked {
  readonly column: number;
  readonly header: string;
  cells: number;
  readonly like: { EMAIL: number; PHONE: number };
}

/** Looks at the first cells of columns that nobody mapped: a forgotten e-mail column is most of a list. */
export class ColumnHints {
  readonly #columns: readonly Looked[];
  readonly #setting: Setting;

  constructor(columns: readonly PlannedColumn[], currentYear: number) {
    this.#columns = columns.map((column) => ({
      ...column,
      cells: 0,
      like: { EMAIL: 0, PHONE: 0 },
    }));
    this.#setting = defaultSetting(currentYear);
  }

  add(cells: readonly string[]): void {
    for (const looked of this.#columns) {
      const cell = cells[looked.column] ?? '';
      if (looked.cells === cellsRead || cell.trim() === '') continue;
      looked.cells += 1;
      for (const key of keys) if (this.#isLike(key, cell)) looked.like[key] += 1;
    }
  }

  report(): ColumnHint[] {
    return this.#columns.flatMap(({ header, cells, like }) => {
      const key = keys.find((one) => like[one] >= Math.max(fewestCells, cells * share));
      return key === undefined ? [] : [{ column: header, key }];
    });
  }

  #isLike(key: ColumnHint['key'], cell: string): boolean {
    if (!looks[key].test(cell)) return false;
    const context = { country: null, setting: this.#setting };
    return kindOf(key).normalise(cell, context).kind === 'value';
  }
}
