import { describe, expect, it } from 'vitest';
import { type Line, readLines } from './lines.ts';

async function read(chunks: readonly (string | Buffer)[], bytesMax = 100): Promise<Line[]> {
  async function* input(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: Line[] = [];
  for await (const some of readLines(input(), bytesMax)) lines.push(...some);
  return lines;
}

const text = (...texts: string[]): Line[] => texts.map((one) => ({ text: one }));
const tooLong: Line = { fault: 'too long' };
const notUtf8: Line = { fault: 'not UTF-8' };

describe('lines of a stream', () => {
  it.each<[string, (string | Buffer)[], Line[]]>([
    ['nothing', [], []],
    ['one without its end', ['abc'], text('abc')],
    ['one with its end', ['abc\n'], text('abc')],
    ['empty ones', ['\n\na\n'], text('', '', 'a')],
    ['several in a chunk', ['a\nb\nc'], text('a', 'b', 'c')],
    ['one over many chunks', ['a', 'b', 'c\nd', 'e\n'], text('abc', 'de')],
    ['a letter cut in two', [Buffer.from([0x61, 0xc3]), Buffer.from([0xa9, 0x0a])], text('aé')],
    [
      'bytes that are no text, between lines',
      [Buffer.from('a\n\xff\xfe\nb\n', 'latin1')],
      [...text('a'), notUtf8, ...text('b')],
    ],
    [
      'a line over the limit, at once',
      [`a\n${'x'.repeat(101)}\nb`],
      [...text('a'), tooLong, ...text('b')],
    ],
    [
      'a line over the limit, piece by piece',
      ['a\n', 'x'.repeat(60), 'x'.repeat(60), 'x'.repeat(60), '\nb'],
      [...text('a'), tooLong, ...text('b')],
    ],
    ['a line over the limit at the end', ['x'.repeat(60), 'x'.repeat(60)], [tooLong]],
    ['a line as long as the limit', ['x'.repeat(100), '\n'], text('x'.repeat(100))],
  ])('%s', async (_, chunks, wanted) => {
    expect(await read(chunks)).toEqual(wanted);
  });

  it('come out the same however they are cut', async () => {
    const whole = Buffer.from(`é\n\n${'x'.repeat(99)}\n${'y'.repeat(150)}\nz\nlast`);
    const wanted = await read([whole]);
    expect(wanted).toHaveLength(6);
    for (let size = 1; size <= whole.length; size += 1) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
      expect(await read(chunks)).toEqual(wanted);
    }
  });
});
