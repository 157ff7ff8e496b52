import { MusterError } from '#domain/errors/muster-error.ts';
import { nameColumn } from './_column-names.ts';
import { columnsMax } from './_records.ts';

/** The names of the columns, trimmed. Throws IMPORT_HEADER_INVALID. */
export function checkHeader(cells: readonly string[]): string[] {
  if (cells.length > columnsMax) {
    const measured = `more than ${columnsMax} columns, the limit`;
    throw new MusterError('IMPORT_HEADER_INVALID', measured);
  }
  const header = cells.map((cell) => cell.trim());
  const seen = new Map<string, number>();
  for (const [column, name] of header.entries()) {
    if (name === '') {
      const measured = `column ${column + 1} of ${header.length} has no name`;
      throw new MusterError('IMPORT_HEADER_INVALID', measured);
    }
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      const both = `columns ${earlier + 1} and ${column + 1} have the same name`;
      throw new MusterError('IMPORT_HEADER_INVALID', `${both}, ${nameColumn(header, column)}`);
    }
    seen.set(name, column);
  }
  return header;
}
