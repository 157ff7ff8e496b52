import type { ReactNode } from 'react';
import type { CsvValue } from './csv.ts';

export interface Column<Row> {
  /** Stands in the address. */
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it is sorted by and exported as; absent: neither. */
  readonly value?: (row: Row) => CsvValue;
  readonly isNumber?: boolean;
  /** Shown only when chosen. */
  readonly isHidden?: boolean;
}

/** The way a table is sorted, as it stands in the address: a column's id, with - before it the other way. */
export interface Sorting {
  readonly id: string;
  readonly isDown: boolean;
}

export function readSorting(text: string | undefined): Sorting | null {
  if (text === undefined || text === '') return null;
  return text.startsWith('-') ? { id: text.slice(1), isDown: true } : { id: text, isDown: false };
}

/** Sorted by one column; what is not there comes last, whichever way it goes. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
  language: string,
): readonly Row[] {
  const value = columns.find(({ id }) => id === sorting?.id)?.value;
  if (sorting === null || value === undefined) return rows;
  const words = new Intl.Collator(language, { numeric: true });
  const sign = sorting.isDown ? -1 : 1;
  return rows
    .map((row) => ({ row, by: value(row) }))
    .toSorted((a, b) => {
      if (a.by === null || b.by === null) return Number(a.by === null) - Number(b.by === null);
      const order =
        typeof a.by === 'string' || typeof b.by === 'string'
          ? words.compare(String(a.by), String(b.by))
          : Number(a.by) - Number(b.by);
      return order * sign;
    })
    .map(({ row }) => row);
}
