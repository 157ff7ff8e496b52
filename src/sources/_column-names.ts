/**
 * Names of columns for messages. A file without a header has a person in its first line: what looks
 * like an address, a number or a date is not repeated.
 */
export function nameColumn(header: readonly string[], column: number): string {
  const name = header[column] ?? '';
  const looksLikeData = /@|\d{4}/.test(name) || name.length > 80;
  return looksLikeData ? `column ${column + 1} (looks like data, not shown)` : `“${name}”`;
}

const namesMax = 40;

export function nameColumns(header: readonly string[]): string {
  const names = header.slice(0, namesMax).map((_, column) => nameColumn(header, column));
  const rest = header.length - names.length;
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
