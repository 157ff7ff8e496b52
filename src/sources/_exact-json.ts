/**
 * Node has it, TypeScript's library not yet (https://github.com/tc39/proposal-json-parse-with-source, read
 * 2026-11-23).
 */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: Context) => unknown): unknown;
  rawJSON(text: string): object;
}
interface Context {
  /** Of numbers, texts, true, false and null: how they were written. */
  readonly source?: string;
}
const json = JSON as unknown as JsonWithSource;

/** Fifteen digits are always exact as a number; what is longer may not be. */
const longNumber = /\d[\d.]{15}/;

/**
 * JSON with its long numbers as they were written: as a number they could lose their last digits, and
 * an id that lost some is somebody else's.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  return longNumber.test(text) ? json.parse(text, asWritten) : JSON.parse(text);
}

function asWritten(_key: string, value: unknown, { source }: Context): unknown {
  const isLong = typeof value === 'number' && source !== undefined && longNumber.test(source);
  return isLong ? json.rawJSON(source) : value;
}
