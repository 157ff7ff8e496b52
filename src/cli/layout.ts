import { stripVTControlCharacters } from 'node:util';

/** Columns in line with each other, with a head unless it is empty; `right` are those of numbers. */
export function table(
  head: readonly string[],
  lines: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const all = head.length === 0 ? lines : [head, ...lines];
  const columns = Math.max(...all.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...all.map((line) => width(line[i] ?? ''))),
  );
  const text = (line: readonly string[]) =>
    widths.map((wide, i) => pad(line[i] ?? '', wide, right.includes(i))).join('  ');
  return all.map((line) => text(line).trimEnd()).join('\n');
}

/** A label and its value a line; values that are null are left out. */
export function fields(pairs: readonly (readonly [string, string | null])[]): string {
  const shown = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
  const wide = Math.max(...shown.map(([label]) => width(label)));
  return shown.map(([label, value]) => `${pad(label, wide, false)}  ${value}`).join('\n');
}

export function indent(text: string, by = '  '): string {
  return text.replaceAll(/^(?=.)/gm, by);
}

function pad(text: string, wide: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, wide - width(text)));
  return right ? space + text : text + space;
}

/** Places that a text takes, colours aside. One a character is right for what we print. */
function width(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
