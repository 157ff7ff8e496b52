import { MusterError } from './errors/muster-error.ts';

/**
 * How a value is made of others, as people write it (docs/guide/mapping.md): a name, 'a fixed text', or a
 * function of these. It is plain data, so it can be stored and compared.
 */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly of: FunctionName; readonly parts: readonly Expression[] };

interface ValueFunction {
  readonly usage: string;
  /** Whether it may have so many parts. */
  readonly takes: (parts: number) => boolean;
  /** `values` are the parts worked out, as many as `takes` allows. */
  readonly apply: (values: readonly string[]) => string;
}

const first = (values: readonly string[]): string => values[0] ?? '';

/** `concat` and `hashed` are worked out apart: they look at more than the values. */
const functions = {
  coalesce: {
    usage: 'coalesce(a, b, …)',
    takes: (parts) => parts >= 1,
    apply: (values) => values.find((value) => value.trim() !== '') ?? '',
  },
  concat: {
    usage: 'concat(a, b, …)',
    takes: (parts) => parts >= 1,
    apply: (values) => values.join(''),
  },
  lower: {
    usage: 'lower(a)',
    takes: (parts) => parts === 1,
    apply: (values) => first(values).toLowerCase(),
  },
  upper: {
    usage: 'upper(a)',
    takes: (parts) => parts === 1,
    apply: (values) => first(values).toUpperCase(),
  },
  trim: {
    usage: 'trim(a)',
    takes: (parts) => parts === 1,
    apply: (values) => first(values).trim(),
  },
  replace: {
    usage: "replace(a, 'old', 'new', …)",
    takes: (parts) => parts >= 3 && parts % 2 === 1,
    apply: ([value = '', ...pairs]) => {
      let made = value;
      for (let i = 0; i < pairs.length; i += 2) {
        const old = pairs[i] ?? '';
        if (old !== '') made = made.replaceAll(old, () => pairs[i + 1] ?? '');
      }
      return made;
    },
  },
  split: {
    usage: "split(a, 'separator', 1)",
    takes: (parts) => parts === 3,
    apply: ([value = '', separator = '', place = '']) => {
      const pieces = value.split(separator).filter((piece) => piece !== '');
      const wanted = Number(place);
      return pieces.at(wanted > 0 ? wanted - 1 : wanted) ?? '';
    },
  },
  case: {
    usage: "case(a, 'is', 'then', …, 'otherwise')",
    takes: (parts) => parts >= 3,
    apply: ([value = '', ...rest]) => {
      const pairs = rest.length - (rest.length % 2);
      for (let i = 0; i < pairs; i += 2) if (rest[i] === value) return rest[i + 1] ?? '';
      return rest.length % 2 === 1 ? (rest.at(-1) ?? '') : '';
    },
  },
  hashed: {
    usage: 'hashed(a)',
    takes: (parts) => parts === 1,
    apply: first,
  },
} satisfies Record<string, ValueFunction>;

type FunctionName = keyof typeof functions;

/** As messages and the help list them. */
const functionUsages: readonly string[] = Object.values(functions).map(({ usage }) => usage);

/** What an expression draws from. */
export interface Drawing {
  /** Blank: there is none. */
  readonly valueOf: (name: string) => string;
  /** Told when a value is there and cannot be used; never with the value. */
  readonly refuse: (reason: string) => void;
}

/** Written without quotes it is itself, and no name. */
const wholeNumber = /^-?\d+$/;

const sha256Hex = /^\s*[0-9a-f]{64}\s*$/i;

export function evaluate(expression: Expression, from: Drawing): string {
  switch (expression.kind) {
    case 'name':
      return from.valueOf(expression.name);
    case 'text':
      return expression.text;
    case 'call':
      break;
  }
  const values = expression.parts.map((part) => evaluate(part, from));
  switch (expression.of) {
    case 'hashed': {
      const [value = ''] = values;
      if (value.trim() === '' || sha256Hex.test(value)) return value;
      from.refuse('no SHA-256 in hex, which the mapping says it is');
      return '';
    }
    case 'concat': {
      // A fixed prefix alone says nothing of anybody.
      const isFixed = expression.parts.map((part) => part.kind === 'text');
      const says = values.some((value, i) => isFixed[i] === false && value.trim() !== '');
      return says || isFixed.every(Boolean) ? values.join('') : '';
    }
    default:
      return functions[expression.of].apply(values);
  }
}

/** The names that an expression draws from. */
export function namesIn(expression: Expression): readonly string[] {
  if (expression.kind === 'name') return [expression.name];
  return expression.kind === 'text' ? [] : [...new Set(expression.parts.flatMap(namesIn))];
}

/** One way to write it, whatever way it was written. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return /^[^,()='"]+$/.test(expression.name) && !wholeNumber.test(expression.name)
        ? expression.name
        : `"${expression.name.replaceAll('"', '""')}"`;
    case 'text':
      return wholeNumber.test(expression.text)
        ? expression.text
        : `'${expression.text.replaceAll("'", "''")}'`;
    case 'call':
      return `${expression.of}(${expression.parts.map(expressionText).join(', ')})`;
  }
}

/** @throws MusterError IMPORT_MAP_INVALID */
export function parseExpression(text: string): Expression {
  const reader = new Reader(text);
  const expression = reader.expression();
  reader.end();
  return expression;
}

/** KEY=EXPRESSION, …, in order. @throws MusterError IMPORT_MAP_INVALID */
export function parseAssignments(text: string): { key: string; expression: Expression }[] {
  const reader = new Reader(text);
  const assignments: { key: string; expression: Expression }[] = [];
  while (!reader.isAtEnd()) {
    const key = reader.key();
    assignments.push({ key, expression: reader.expression() });
    reader.commaOrEnd();
  }
  return assignments;
}

/** Nobody reads deeper, and a stack has an end. */
const DEPTH_MAX = 20;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.#text.length;
  }

  end(): void {
    if (!this.isAtEnd()) this.#refuse('more than one value stands here');
  }

  commaOrEnd(): void {
    if (!this.isAtEnd() && !this.#take(',')) this.#refuse('there is no comma behind the value');
  }

  key(): string {
    const key = this.#until(/[=,()'"]/);
    if (key === '' || !this.#take('=')) this.#refuse('an entry has no “=”');
    return key;
  }

  expression(depth = 0): Expression {
    this.#skipBlanks();
    if (depth > DEPTH_MAX) this.#refuse(`functions stand in more than ${DEPTH_MAX} others`);
    if (this.#text[this.#at] === "'") return { kind: 'text', text: this.#quoted("'") };
    if (this.#text[this.#at] === '"') return { kind: 'name', name: this.#quoted('"') };
    const name = this.#until(/[,()='"]/);
    if (name === '') this.#refuse('a value is missing');
    if (this.#take('(')) return this.#call(name, depth);
    return wholeNumber.test(name) ? { kind: 'text', text: name } : { kind: 'name', name };
  }

  #call(name: string, depth: number): Expression {
    const of = name.toLowerCase();
    if (!isFunction(of)) {
      this.#refuse(`“${name}” is no function; there are ${functionUsages.join(', ')}`);
    }
    const parts: Expression[] = [];
    do parts.push(this.expression(depth + 1));
    while (this.#take(','));
    if (!this.#take(')')) this.#refuse(`${of}( has no end`);
    const { usage, takes } = functions[of];
    if (!takes(parts.length)) this.#refuse(`it is written ${usage}`);
    const [, , place] = parts;
    if (of === 'split' && !(place?.kind === 'text' && /^-?[1-9]\d*$/.test(place.text))) {
      this.#refuse('the place in split is a whole number: 1 is the first, -1 the last');
    }
    return { kind: 'call', of, parts };
  }

  /** Doubled, the quote stands for itself. */
  #quoted(quote: string): string {
    let text = '';
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at] ?? '';
      if (character !== quote) text += character;
      else if (this.#text[at + 1] === quote) {
        text += quote;
        at += 1;
      } else {
        this.#at = at + 1;
        return text;
      }
    }
    return this.#refuse(`a ${quote} has no second one`);
  }

  #until(end: RegExp): string {
    this.#skipBlanks();
    const from = this.#at;
    while (this.#at < this.#text.length && !end.test(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text.slice(from, this.#at).trim();
  }

  #take(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #refuse(what: string): never {
    const near = this.#text.slice(0, this.#at + 1).slice(-30);
    throw new MusterError('IMPORT_MAP_INVALID', `${what} (at “${near}”)`);
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}
