import { isAscii, isUtf8 } from 'node:buffer';
import { MusterError } from '#domain/errors/muster-error.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * How the bytes of a file become text in two steps. UTF-8 is first read one character a byte
 * (latin1): positions stay byte offsets, and a delimiter, quote or line end can never be part of
 * another character. Only then is each record decoded, so bad bytes cost their own record alone.
 */
export interface Charset {
  readonly encoding: Encoding;
  /** What a row with undecodable text is rejected for. */
  readonly fault: string;
  /** Length of the byte order mark that the file starts with. */
  readonly markBytes: number;
  /** Bytes of the file behind one character of undecoded text. */
  readonly unitBytes: 1 | 2;
  /** Undecoded text of a chunk. `bytes` may be overwritten. */
  undecoded(bytes: Buffer): string;
  /** Whether the text of this chunk needs no decoding. */
  isPlain(bytes: Buffer): boolean;
  /** The real text, or null if it is not valid. */
  decode(undecoded: string): string | null;
  /** Bytes of a cell, as UTF-8. */
  cellBytes(undecoded: string): number;
}

const beyondAscii = /[\x80-\xff]/;

function utf8(markBytes: number): Charset {
  // One buffer for all records: a new one for each costs half as much again.
  let scratch = Buffer.alloc(4096);
  return {
    encoding: 'utf-8',
    fault: 'bad UTF-8',
    markBytes,
    unitBytes: 1,
    undecoded: (bytes) => bytes.toString('latin1'),
    isPlain: isAscii,
    decode(undecoded) {
      if (!beyondAscii.test(undecoded)) return undecoded;
      if (undecoded.length > scratch.length) scratch = Buffer.alloc(2 * undecoded.length);
      const length = scratch.write(undecoded, 'latin1');
      const bytes = scratch.subarray(0, length);
      return isUtf8(bytes) ? bytes.toString('utf8') : null;
    },
    cellBytes: (undecoded) => undecoded.length,
  };
}

function utf16(encoding: 'utf-16le' | 'utf-16be'): Charset {
  return {
    encoding,
    fault: 'bad UTF-16',
    markBytes: 2,
    unitBytes: 2,
    undecoded: (bytes) => (encoding === 'utf-16be' ? bytes.swap16() : bytes).toString('utf16le'),
    isPlain: () => false,
    decode: (undecoded) => (undecoded.isWellFormed() ? undecoded : null),
    cellBytes: (undecoded) => Buffer.byteLength(undecoded),
  };
}

/** What the first bytes say. Without a mark it is UTF-8; UTF-16 is never guessed. */
export function charsetOf(start: Buffer, sizeBytes: number): Charset {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return utf8(3);
  const isLittle = start[0] === 0xff && start[1] === 0xfe;
  if (!isLittle && !(start[0] === 0xfe && start[1] === 0xff)) return utf8(0);
  if (sizeBytes % 2 !== 0) {
    throw new MusterError('IMPORT_FILE_CUT', `UTF-16, but an odd number of bytes (${sizeBytes})`);
  }
  return utf16(isLittle ? 'utf-16le' : 'utf-16be');
}
