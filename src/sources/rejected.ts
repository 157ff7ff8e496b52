import { type FileHandle, open, rm } from 'node:fs/promises';
import type { RejectedRow } from './_records.ts';
import { csvLine } from './csv-line.ts';

/**
 * Tells which lines of a file were left out and why, as CSV. Line numbers and reasons only: the
 * people are in the user's own file, and need no second copy.
 *
 * The file appears with the first rejected row; one of an earlier import is replaced or goes.
 */
export class RejectedFile {
  readonly #path: string;
  #file: FileHandle | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async add(rows: readonly RejectedRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#file === null) {
      this.#file = await open(this.#path, 'w', 0o600);
      await this.#file.appendFile(csvLine(['line', 'reason']));
    }
    await this.#file.appendFile(
      rows.map(({ line, reason }) => csvLine([`${line}`, reason])).join(''),
    );
  }

  /** The path of the file, or null if nothing was rejected. */
  async close(): Promise<string | null> {
    const file = this.#file;
    if (file === null) {
      await rm(this.#path, { force: true });
      return null;
    }
    this.#file = null;
    await file.close();
    return this.#path;
  }

  /** Closes without a verdict, for an import that failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}
