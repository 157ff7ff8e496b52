import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { showProgress } from './progress.ts';

/** A screen that remembers what was written, and a clock that is set by hand. */
function openScreen(options: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const write = (chunk: Buffer, _: string, done: () => void) => {
    written.push(chunk.toString());
    done();
  };
  const screen = Object.assign(new Writable({ write }), options);
  let nowMs = 0;
  return {
    written,
    at(ms: number) {
      nowMs = ms;
    },
    view: showProgress(screen, () => nowMs, 'gold'),
  };
}

it('draws a bar over itself, not more often than eyes can follow', () => {
  const { written, at, view } = openScreen({ isTTY: true, columns: 100 });
  view.on({ step: 'read', done: 0, total: 1_000_000, unit: 'bytes' });
  const drawn = written.length;
  at(10);
  view.on({ step: 'read', done: 100_000, total: 1_000_000, unit: 'bytes' });
  expect(written).toHaveLength(drawn);
  at(200);
  view.on({ step: 'read', done: 500_000, total: 1_000_000, unit: 'bytes' });
  const last = written.at(-1) ?? '';
  expect(last).toBe(`  gold: Reading the file  ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  500 kB`);
  expect(written.at(-2)).toBe('\r\x1b[2K');
});

it('leaves a line for a step that took a while, and none for one that did not', () => {
  const { written, at, view } = openScreen({ isTTY: true, columns: 100 });
  view.on({ step: 'send', done: 3, total: 3, unit: 'requests' });
  at(2_000);
  view.on({ step: 'compare', done: 0, total: null, unit: 'rows' });
  view[Symbol.dispose]();
  const lines = stripVTControlCharacters(written.join('')).split('\n');
  expect(lines.filter((line) => line.includes('✓'))).toHaveLength(1);
  expect(lines[0]).toContain('✓ gold: Sending  3 requests, 2 s');
  expect(written.at(-1)).toBe('\r\x1b[2K');
});

it('never draws a line that wraps', () => {
  const { written, view } = openScreen({ isTTY: true, columns: 20 });
  view.on({ step: 'read', done: 1, total: 2, unit: 'rows' });
  expect([...(written.at(-1) ?? '')].length).toBeLessThan(20);
});

it('writes plain lines where nobody watches: one a step, and one every ten seconds', () => {
  const { written, at, view } = openScreen({ isTTY: false });
  for (let ms = 0; ms <= 25_000; ms += 100) {
    at(ms);
    view.on({ step: 'read', done: ms, total: 25_000, unit: 'rows' });
  }
  view.on({ step: 'a new step', done: 0, total: null, unit: 'rows' });
  expect(written).toEqual([
    'gold: Reading the file\n',
    'gold: Reading the file: 10,000 of 25,000 rows\n',
    'gold: Reading the file: 20,000 of 25,000 rows\n',
    'gold: a new step\n',
  ]);
});
