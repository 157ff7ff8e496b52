/**
 * The piece of a text that is being looked at, and where the next marks in it are. Each place is
 * remembered until it has been passed: without that, looking for a mark that is rare or missing
 * would read the whole piece again for every record.
 *
 * A mark that is not there is at `text.length`.
 */
export class TextWindow {
  readonly #delimiter: string;
  text = '';
  #lf = -1;
  #cr = -1;
  #quote = -1;
  #nul = -1;
  #separator = -1;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  replace(text: string): void {
    this.text = text;
    this.#lf = this.#cr = this.#quote = this.#nul = this.#separator = -1;
  }

  /** Places are asked for in rising order of `from`. */
  lineEndAt(from: number): number {
    if (this.#lf < from) this.#lf = this.#find('\n', from);
    if (this.#cr < from) this.#cr = this.#find('\r', from);
    return Math.min(this.#lf, this.#cr);
  }

  quoteAt(from: number): number {
    if (this.#quote < from) this.#quote = this.#find('"', from);
    return this.#quote;
  }

  nulAt(from: number): number {
    if (this.#nul < from) this.#nul = this.#find('\0', from);
    return this.#nul;
  }

  delimiterAt(from: number): number {
    if (this.#separator < from) this.#separator = this.#find(this.#delimiter, from);
    return this.#separator;
  }

  #find(mark: string, from: number): number {
    const at = this.text.indexOf(mark, from);
    return at === -1 ? this.text.length : at;
  }
}
