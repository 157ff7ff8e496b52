/**
 * The first place where a text is not JSON, in words for who wrote it, or null. JSON.parse knows it
 * as well, but says it for programmers, often without a position, and keeps silent about a key that
 * stands twice: half of such a rule would be lost unseen.
 */
export function findJsonProblem(text: string): string | null {
  const reader = new Reader(text);
  try {
    reader.value(0);
    reader.end();
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

/** Far deeper than any rule, far from our own stack's end. */
const depthMax = 200;

// From the space on, less the quote and the backslash, which begins an escape.
const string = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

class Problem extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): void {
    if (depth > depthMax) throw this.#problem('fewer brackets inside brackets');
    if (this.#took('{')) this.#list('}', () => this.#members(depth));
    else if (this.#took('[')) this.#list(']', () => () => this.value(depth + 1));
    else if (this.#match(string) === null && this.#match(scalar) === null) {
      throw this.#problem('a value: a text in double quotes, a number, true, false, { or [');
    }
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#problem('the end of the rule');
  }

  /** One `"key": value` after the other, no key twice. */
  #members(depth: number): () => void {
    const keys = new Set<string>();
    return () => {
      this.#skipSpace();
      const begun = this.#at;
      const key = this.#match(string);
      if (key === null) throw this.#problem('a key in double quotes');
      const name = String(JSON.parse(key));
      if (keys.has(name)) {
        this.#at = begun;
        throw this.#problem('each key once');
      }
      keys.add(name);
      if (!this.#took(':')) throw this.#problem('a colon');
      this.value(depth + 1);
    };
  }

  #list(close: string, items: () => () => void): void {
    if (this.#took(close)) return;
    const item = items();
    do item();
    while (this.#took(','));
    if (!this.#took(close)) throw this.#problem(`a comma or ${close}`);
  }

  #match(pattern: RegExp): string | null {
    this.#skipSpace();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #took(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #problem(expected: string): Problem {
    const before = this.#text.slice(0, this.#at).split(/\r\n|\r|\n/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    const found = this.#at >= this.#text.length ? ', but the text ends' : '';
    return new Problem(`line ${before.length}, column ${column}: expected ${expected}${found}`);
  }
}
