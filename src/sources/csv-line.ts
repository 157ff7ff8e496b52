/** One record as a line of CSV (RFC 4180), with its line end. Cells come back as they were. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  // A line with nothing in it would be no record at all.
  const isBlankLine = cells.length === 1 && cells[0]?.trim() === '';
  return `${cells.map((cell) => (isBlankLine ? `"${cell}"` : quoted(cell, delimiter))).join(delimiter)}\n`;
}

function quoted(cell: string, delimiter: string): string {
  const isPlain = !/["\r\n]/.test(cell) && !cell.includes(delimiter);
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}
