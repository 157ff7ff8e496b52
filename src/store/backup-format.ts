import { createHash } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';

/**
 * The file of a backup, before it is packed with gzip: lines of JSON, and between them the rows of one
 * table at a time as PostgreSQL's COPY writes them in its text form, which every version reads. Rows
 * come in pieces, each with its length in four bytes before it; a piece of no length ends a table, and
 * the line after it has its counts and its SHA-256.
 */
export interface BackupHeader {
  readonly muster: 'backup';
  readonly format: 1;
  /** The number of the newest migration. */
  readonly schema: number;
  /** ISO 8601. */
  readonly madeAt: string;
  /** Of the server that it was read from. */
  readonly postgres: string;
}

interface TableHead {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface TableEnd {
  readonly rows: number;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface BackupEnd {
  readonly end: true;
  /** Name and last value. */
  readonly sequences: readonly (readonly [string, number])[];
  readonly tables: number;
  readonly rows: number;
}

const LINE_FEED = 10;
const LENGTH_BYTES = 4;

export function line(document: object): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

export function framed(piece: Buffer): Buffer {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(piece.length);
  return Buffer.concat([length, piece]);
}

/** Counts rows and bytes as they pass: in COPY's text form a line end is the end of a row. */
export class RowTally {
  readonly #hash = createHash('sha256');
  #rows = 0;
  #bytes = 0;

  add(piece: Buffer): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) {
      this.#rows++;
    }
  }

  end(): TableEnd {
    return { rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** What the next part of a backup is: a table with its rows still to come, or the end. */
export type BackupPart =
  | { readonly head: TableHead; readonly pieces: () => AsyncGenerator<Buffer, void, undefined> }
  | BackupEnd;

/** More than any line has. */
const LINE_BYTES_MAX = 1 << 20;
const PIECE_BYTES_MAX = 1 << 28;

/** Reads a backup in order; every table's rows have to be read before the next part. */
export class BackupReader {
  readonly #bytes: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#bytes = bytes[Symbol.asyncIterator]();
  }

  /** @throws MusterError BACKUP_DAMAGED */
  async header(): Promise<BackupHeader> {
    const header = (await this.#line()) as BackupHeader;
    if (header.muster !== 'backup' || header.format !== 1)
      throw damaged('it does not begin as one');
    return header;
  }

  /** @throws MusterError BACKUP_DAMAGED */
  async next(): Promise<BackupPart> {
    const part = (await this.#line()) as TableHead | BackupEnd;
    if ('end' in part) return part;
    return { head: part, pieces: () => this.#pieces(part.table) };
  }

  async *#pieces(table: string): AsyncGenerator<Buffer, void, undefined> {
    const tally = new RowTally();
    for (;;) {
      const length = (await this.#exactly(LENGTH_BYTES)).readUInt32BE();
      if (length > PIECE_BYTES_MAX) throw damaged(`table ${table}`);
      if (length === 0) break;
      const piece = await this.#exactly(length);
      tally.add(piece);
      yield piece;
    }
    const said = (await this.#line()) as TableEnd;
    const { rows, sha256 } = tally.end();
    if (said.sha256 !== sha256 || said.rows !== rows) {
      throw damaged(`table ${table} has ${rows} rows, and ${said.rows} were written`);
    }
  }

  async #line(): Promise<object> {
    let found = this.#held.indexOf(LINE_FEED);
    while (found === -1) {
      if (this.#held.length > LINE_BYTES_MAX) throw damaged('a line is too long');
      await this.#more();
      found = this.#held.indexOf(LINE_FEED);
    }
    const text = this.#held.toString('utf8', 0, found);
    this.#held = this.#held.subarray(found + 1);
    try {
      return JSON.parse(text) as object;
    } catch (cause) {
      throw damaged('a line is not readable', cause);
    }
  }

  async #exactly(length: number): Promise<Buffer> {
    const pieces = [this.#held];
    let have = this.#held.length;
    while (have < length) {
      this.#held = Buffer.alloc(0);
      await this.#more();
      pieces.push(this.#held);
      have += this.#held.length;
    }
    const all = pieces.length === 1 ? this.#held : Buffer.concat(pieces);
    this.#held = all.subarray(length);
    return all.subarray(0, length);
  }

  async #more(): Promise<void> {
    let next: IteratorResult<Buffer>;
    try {
      next = await this.#bytes.next();
    } catch (cause) {
      throw damaged('it cannot be unpacked', cause);
    }
    if (next.done === true) throw damaged('it ends too early');
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
  }
}

function damaged(measured: string, cause?: unknown): MusterError {
  return new MusterError('BACKUP_DAMAGED', measured, { cause });
}
