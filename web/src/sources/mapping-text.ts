/** What feeds each key, as a model keeps it: `EMAIL=work_email, LN=split(name, ' ', -1)`. */
export interface MappingLine {
  readonly key: string;
  /** Columns or expressions; several of them are several values. */
  readonly from: readonly string[];
}

/** In the order in which keys come first. Commas inside of brackets and quotes part nothing. */
export function readMapping(text: string): readonly MappingLine[] {
  const lines = new Map<string, string[]>();
  for (const entry of entriesOf(text)) {
    const at = entry.indexOf('=');
    if (at < 1) continue;
    const key = entry.slice(0, at).trim();
    lines.set(key, [...(lines.get(key) ?? []), entry.slice(at + 1).trim()]);
  }
  return [...lines].map(([key, from]) => ({ key, from }));
}

export function writeMapping(lines: readonly MappingLine[]): string {
  return lines.flatMap(({ key, from }) => from.map((one) => `${key}=${one}`)).join(', ');
}

function entriesOf(text: string): string[] {
  const entries: string[] = [];
  let entry = '';
  let depth = 0;
  let quote: string | null = null;
  for (const letter of text) {
    if (quote !== null) quote = letter === quote ? null : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0 && quote === null) {
      entries.push(entry);
      entry = '';
    } else entry += letter;
  }
  return [...entries, entry].filter((one) => one.trim() !== '');
}
