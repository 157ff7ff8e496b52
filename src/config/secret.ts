import { inspect } from 'node:util';

/**
 * A value that must not be seen: printing, logging or serialising it shows a placeholder. Only
 * `reveal` gives it away, so every place that does can be found by its name.
 */
export class Secret {
  readonly #read: () => string;

  /** What is read each time may change, as a file does that somebody rotates. */
  constructor(value: string | (() => string)) {
    this.#read = typeof value === 'string' ? () => value : value;
  }

  reveal(): string {
    return this.#read();
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
