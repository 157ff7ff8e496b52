import { inspect } from 'node:util';

/**
 * A value that must not be seen: printing, logging or serialising it shows a placeholder. Only
 * `reveal` gives it away, so every place that does can be found by its name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
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
