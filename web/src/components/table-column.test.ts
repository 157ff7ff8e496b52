import { expect, it } from 'vitest';
import { type Column, readSorting, sortRows } from './table-column.ts';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const rows: Row[] = [
  { name: 'b10', size: 3 },
  { name: 'B2', size: null },
  { name: 'ä', size: 20 },
];
const columns: Column<Row>[] = [
  { id: 'name', label: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { id: 'size', label: 'Size', cell: ({ size }) => size, value: ({ size }) => size },
];

it.each([
  ['name', ['ä', 'B2', 'b10']],
  ['-name', ['b10', 'B2', 'ä']],
  ['size', ['b10', 'ä', 'B2']],
  ['-size', ['ä', 'b10', 'B2']],
  ['', ['b10', 'B2', 'ä']],
  ['gone', ['b10', 'B2', 'ä']],
])('sorts by %s', (sort, names) => {
  const sorted = sortRows(rows, columns, readSorting(sort), 'en');
  expect(sorted.map(({ name }) => name)).toEqual(names);
});
