import { MusterError } from '#domain/errors/muster-error.ts';
import type { Charset } from './_charset.ts';
import { cellBytesMax, columnsMax, largeCellFault, nulFault, type Records } from './_records.ts';
import { TextWindow } from './_text-window.ts';

/** A quoted cell may be all doubled quotes. */
const quotedCellUnitsMax = 2 * cellBytesMax + 2;
/** Below this no cell of a record can be too large, whatever its encoding. */
const smallRecordUnits = Math.floor(cellBytesMax / 3);

interface OpenRecord {
  readonly line: number;
  /** Where it begins, in characters from the start of the text. */
  readonly start: number;
  readonly cells: string[];
  count: number;
  hasQuotes: boolean;
  fault: string | null;
}

/** Tabs are no blanks here: they may be the delimiter. */
function isBlank(line: string): boolean {
  return line === '' || (line.startsWith(' ') && /^ +$/.test(line));
}

/**
 * Cuts text into records and cells as RFC 4180 describes them, for text that comes in pieces of any
 * size. A ready-made parser was measured and refused: it joins good rows to a broken one, knows one
 * kind of line end a file, and keeps an endless cell in memory.
 *
 * Memory: one piece, and the sound cells of one record. A cell over the limit is dropped while it is
 * read, so a file without a single line end or closing quote needs no more.
 */
export class RecordSplitter {
  readonly #charset: Charset;
  readonly #delimiter: string;
  readonly #window: TextWindow;
  /** Cells that a record must have; null while that is not known. */
  readonly #columns: number | null;

  #isPlain = true;
  #at = 0;
  /** Characters before the first one of the window. */
  #before = 0;
  #line = 1;
  #endsWithCr = false;

  #record: OpenRecord | null = null;
  #cell: 'next' | 'plain' | 'quoted' = 'next';
  #cellStart = 0;
  #cellLine = 1;
  #isDropping = false;

  #last = { line: 0, start: 0, count: 0 };

  constructor(charset: Charset, delimiter: string, columns: number | null) {
    this.#charset = charset;
    this.#delimiter = delimiter;
    this.#columns = columns;
    this.#window = new TextWindow(delimiter);
  }

  /** Takes the next piece and adds the records that it completes. */
  push(text: string, isPlain: boolean, into: Records): void {
    if (text === '') return;
    const isFresh = this.#record === null && this.#window.text === '';
    this.#isPlain = isPlain && (isFresh || this.#isPlain);
    this.#window.replace(this.#window.text + text);
    if (this.#endsWithCr && text.startsWith('\n')) this.#at = 1;
    this.#endsWithCr = false;
    this.#takeRecords(false, into);
    this.#before += this.#at;
    this.#window.replace(this.#window.text.slice(this.#at));
    this.#at = 0;
  }

  /** The end of the file. Throws IMPORT_FILE_CUT if it is not the end of a whole record. */
  finish(into: Records): void {
    this.#takeRecords(true, into);
    if (this.#record !== null) {
      const place = `at byte ${this.#byteOf(this.#cellStart)}, in line ${this.#cellLine}`;
      throw new MusterError('IMPORT_FILE_CUT', `it ends inside the quotes that open ${place}`);
    }
    const { line, start, count } = this.#last;
    if (this.#columns !== null && line > 0 && count < this.#columns) {
      const place = `at byte ${this.#byteOf(start)}, in line ${line}`;
      const cells = `${count} of ${this.#columns} cells`;
      throw new MusterError('IMPORT_FILE_CUT', `its last record, ${place}, has ${cells}`);
    }
  }

  #byteOf(position: number): number {
    return this.#charset.markBytes + position * this.#charset.unitBytes;
  }

  #takeRecords(isEnd: boolean, into: Records): void {
    while (this.#record !== null || this.#at < this.#window.text.length) {
      if (this.#record === null) {
        if (this.#takeLine(into)) continue;
        this.#record = {
          line: this.#line,
          start: this.#before + this.#at,
          cells: [],
          count: 0,
          hasQuotes: false,
          fault: null,
        };
      }
      if (!this.#takeCell(this.#record, isEnd, into)) return;
    }
  }

  /** The quick way: a whole line without quotes. False if the next record is not that simple. */
  #takeLine(into: Records): boolean {
    const start = this.#at;
    const end = this.#window.lineEndAt(start);
    if (end === this.#window.text.length || this.#window.quoteAt(start) < end) return false;
    const line = this.#line;
    this.#passLineEnd(end);
    const undecoded = this.#window.text.slice(start, end);
    if (isBlank(undecoded)) return true;
    const text = this.#isPlain ? undecoded : this.#charset.decode(undecoded);
    const cells = (text ?? undecoded).split(this.#delimiter);
    const isRoomy = undecoded.length > smallRecordUnits;
    let fault = isRoomy ? this.#largeCell(undecoded.split(this.#delimiter)) : null;
    fault ??= this.#wrongCount(cells.length);
    if (this.#window.nulAt(start) < end) fault ??= nulFault;
    if (text === null) fault ??= this.#charset.fault;
    this.#last = { line, start: this.#before + start, count: cells.length };
    this.#settle(cells, fault, line, line, into);
    return true;
  }

  /** One cell of a record that holds quotes or reaches over pieces. False if more text is needed. */
  #takeCell(record: OpenRecord, isEnd: boolean, into: Records): boolean {
    if (this.#cell === 'next') {
      if (this.#at === this.#window.text.length && !isEnd) return false;
      this.#cellStart = this.#before + this.#at;
      this.#cellLine = this.#line;
      this.#isDropping = false;
      this.#cell = this.#window.text[this.#at] === '"' ? 'quoted' : 'plain';
      if (this.#cell === 'quoted') {
        record.hasQuotes = true;
        this.#at += 1;
      }
    }
    if (this.#cell === 'quoted' && !this.#takeQuoted(record, isEnd)) return false;
    if (this.#cell === 'plain' && !this.#takePlain(record, isEnd)) return false;
    // Now at a delimiter, a line end or the end of the file.
    this.#cell = 'next';
    if (this.#window.text[this.#at] === this.#delimiter) {
      this.#at += 1;
    } else {
      this.#record = null;
      this.#endRecord(record, into);
    }
    return true;
  }

  #takeQuoted(record: OpenRecord, isEnd: boolean): boolean {
    const from = this.#at;
    let close = this.#window.text.indexOf('"', from);
    let hasDoubled = false;
    while (close !== -1 && this.#window.text[close + 1] === '"') {
      hasDoubled = true;
      close = this.#window.text.indexOf('"', close + 2);
    }
    // A quote at the very end of a piece may be the first half of a doubled one.
    if (close === -1 || (close + 1 === this.#window.text.length && !isEnd)) {
      if (this.#window.text.length - from > quotedCellUnitsMax) this.#startDropping(record);
      if (this.#isDropping) this.#dropQuoted(close === -1 ? this.#window.text.length : close);
      return false;
    }
    const value = this.#window.text.slice(from, close);
    this.#countLineEnds(from, close);
    this.#at = close + 1;
    this.#keep(record, hasDoubled ? value.replaceAll('""', '"') : value);
    const next = this.#window.text[this.#at];
    if (next === undefined || next === this.#delimiter || next === '\n' || next === '\r') {
      record.count += 1;
    } else {
      record.fault ??= 'text after a closing quote';
      this.#isDropping = true;
      this.#cell = 'plain';
    }
    return true;
  }

  #takePlain(record: OpenRecord, isEnd: boolean): boolean {
    const from = this.#at;
    const end = Math.min(this.#window.delimiterAt(from), this.#window.lineEndAt(from));
    if (end === this.#window.text.length && !isEnd) {
      if (end - from > cellBytesMax) this.#startDropping(record);
      if (this.#isDropping) this.#at = end;
      return false;
    }
    this.#keep(record, this.#window.text.slice(from, end));
    this.#at = end;
    record.count += 1;
    return true;
  }

  #startDropping(record: OpenRecord): void {
    this.#isDropping = true;
    record.fault ??= largeCellFault;
  }

  /** Lets go of quoted text before `end`, but for a CR whose LF may still come. */
  #dropQuoted(end: number): void {
    const to = end === this.#window.text.length && this.#window.text.endsWith('\r') ? end - 1 : end;
    this.#countLineEnds(this.#at, to);
    this.#at = to;
  }

  /** Keeps a cell only while its record can still be sound: that is what bounds the memory. */
  #keep(record: OpenRecord, cell: string): void {
    const cellsMax = this.#columns ?? columnsMax + 1;
    if (!this.#isDropping && record.fault === null && record.count < cellsMax) {
      record.cells.push(cell);
    }
  }

  #endRecord(record: OpenRecord, into: Records): void {
    const { cells, count, line, start } = record;
    const lastLine = this.#line;
    const end = this.#at;
    if (end < this.#window.text.length) this.#passLineEnd(end);
    if (count === 1 && !record.hasQuotes && isBlank(cells[0] ?? '.')) return;
    this.#last = { line, start, count };
    let fault = record.fault;
    if (this.#before + end - start > smallRecordUnits) fault ??= this.#largeCell(cells);
    fault ??= this.#wrongCount(count);
    if (fault === null && cells.some((cell) => cell.includes('\0'))) fault = nulFault;
    if (fault === null && !this.#isPlain) fault = this.#decodeCells(cells);
    this.#settle(cells, fault, line, lastLine, into);
  }

  #decodeCells(cells: string[]): string | null {
    for (const [i, cell] of cells.entries()) {
      const text = this.#charset.decode(cell);
      if (text === null) return this.#charset.fault;
      cells[i] = text;
    }
    return null;
  }

  #settle(
    cells: string[],
    fault: string | null,
    line: number,
    lastLine: number,
    into: Records,
  ): void {
    if (fault === null) {
      into.rows.push(cells);
      into.lines.push(line);
    } else {
      const span = lastLine > line ? ` (lines ${line} to ${lastLine})` : '';
      into.rejected.push({ line, reason: fault + span });
    }
  }

  #wrongCount(count: number): string | null {
    if (this.#columns === null || count === this.#columns) return null;
    return `${count} cell${count === 1 ? '' : 's'} instead of ${this.#columns}`;
  }

  #largeCell(cells: readonly string[]): string | null {
    const isLarge = cells.some((cell) => this.#charset.cellBytes(cell) > cellBytesMax);
    return isLarge ? largeCellFault : null;
  }

  #passLineEnd(at: number): void {
    this.#line += 1;
    this.#at = at + 1;
    if (this.#window.text[at] !== '\r') return;
    if (this.#window.text[at + 1] === '\n') this.#at += 1;
    else this.#endsWithCr = at + 1 === this.#window.text.length;
  }

  #countLineEnds(from: number, to: number): void {
    if (this.#window.lineEndAt(from) >= to) return;
    this.#line += this.#window.text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
  }
}
