import { isUtf8 } from 'node:buffer';

/** A line, or why there is none to read. */
export type Line = { readonly text: string } | { readonly fault: 'not UTF-8' | 'too long' };

const LINE_FEED = 10;
export const lineBytesMax: number = 1 << 20;

/**
 * The lines of a stream, those together that arrive together, without their ends. Memory stays at
 * one chunk and one line; a line over `bytesMax` is read over and named. The last may lack its end.
 */
export async function* readLines(
  input: AsyncIterable<Buffer>,
  bytesMax: number = lineBytesMax,
): AsyncGenerator<Line[], void, undefined> {
  let held: Buffer[] = [];
  let heldBytes = 0;

  function hold(bytes: Buffer): void {
    heldBytes += bytes.length;
    if (heldBytes > bytesMax) held = [];
    // A copy: a slice of a few bytes would keep its whole chunk.
    else if (bytes.length > 0) held.push(Buffer.from(bytes));
  }

  function release(): Line {
    const line = heldBytes > bytesMax ? tooLong : lineOf(Buffer.concat(held));
    held = [];
    heldBytes = 0;
    return line;
  }

  for await (const chunk of input) {
    const first = chunk.indexOf(LINE_FEED);
    if (first === -1) {
      hold(chunk);
      continue;
    }
    const last = chunk.lastIndexOf(LINE_FEED);
    hold(chunk.subarray(0, first));
    const lines = [release()];
    if (last > first) lines.push(...linesOf(chunk.subarray(first + 1, last), bytesMax));
    hold(chunk.subarray(last + 1));
    yield lines;
  }
  if (heldBytes > 0) yield [release()];
}

const tooLong: Line = { fault: 'too long' };

/** Whole lines, without the last line feed. */
function linesOf(bytes: Buffer, bytesMax: number): Line[] {
  if (bytes.length <= bytesMax && isUtf8(bytes)) {
    return bytes
      .toString()
      .split('\n')
      .map((text) => ({ text }));
  }
  const lines: Line[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(end - start > bytesMax ? tooLong : lineOf(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

function lineOf(bytes: Buffer): Line {
  return isUtf8(bytes) ? { text: bytes.toString() } : { fault: 'not UTF-8' };
}
