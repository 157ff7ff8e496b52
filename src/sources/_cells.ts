import { cellBytesMax, largeCellFault, nulFault } from './_records.ts';

/** A value of a source that has types, as the text a CSV file would hold; no value is "". */
export function cellOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? String(value) : '';
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? '' : objectCell(value);
    default:
      return '';
  }
}

function objectCell(value: object): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? part.toString() : part,
  );
}

/** Why a row of these cells is left out, as of a CSV file; null for a sound one. */
export function faultOf(cells: readonly string[]): string | null {
  for (const cell of cells) {
    // A character has at most three bytes a unit: short cells need no measuring.
    if (cell.length * 3 > cellBytesMax && Buffer.byteLength(cell) > cellBytesMax) {
      return largeCellFault;
    }
    if (cell.includes('\0')) return nulFault;
    if (!cell.isWellFormed()) return 'half a character';
  }
  return null;
}
