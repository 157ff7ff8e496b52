import { describe, expect, it } from 'vitest';
import type { FoundFile } from './place.ts';
import { readyFiles } from './ready.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const file = (name: string, ageMs = 3_600_000): FoundFile => ({
  ...{ name, version: '1', modifiedMs: nowMs - ageMs },
});
const look = (
  files: FoundFile[],
  settings: { pattern?: string; marker?: string } = {},
  growing = true,
) => {
  const { files: ready, waiting } = readyFiles(files, settings, { growing, nowMs });
  return { ready: ready.map(({ name }) => name), waiting };
};

describe('which files are picked up', () => {
  it('the oldest first; of one moment, by name', () => {
    const files = [file('c', 5 * 60_000), file('b', 10 * 60_000), file('a', 10 * 60_000)];
    expect(look(files).ready).toEqual(['a', 'b', 'c']);
  });

  it('those that the pattern means, as it is written', () => {
    const files = ['people-1.csv', 'people-10.csv', 'peopleX1.csv', 'people-1.csv.gz', 'P.csv'];
    const meant = (pattern: string) =>
      look(
        files.map((name) => file(name)),
        { pattern },
      ).ready;
    expect(meant('people-*.csv')).toEqual(['people-1.csv', 'people-10.csv']);
    expect(meant('people-?.csv')).toEqual(['people-1.csv']);
    expect(meant('people.1.csv')).toEqual([]);
    expect(meant('*')).toHaveLength(5);
  });

  it('not what somebody may still be writing', () => {
    expect(look([file('old.csv', 60_000), file('new.csv', 59_999)])).toEqual({
      ...{ ready: ['old.csv'], waiting: ['new.csv'] },
    });
    // A clock that is ahead of ours: nobody knows how old it is.
    expect(look([file('ahead.csv', -5_000)]).ready).toEqual([]);
    expect(look([file('new.csv', 0)], {}, false).ready).toEqual(['new.csv']);
  });

  it.each(['.people.csv', 'people.csv.tmp', 'people.csv.part', 'people.csv.filepart', 'p.csv~'])(
    'not %s, which is another name until it is whole',
    (name) => {
      expect(look([file(name)], {}, false)).toEqual({ ready: [], waiting: [] });
    },
  );

  it('with markers: when the marker is there, however young', () => {
    const files = [file('a.csv', 0), file('a.csv.done', 0), file('b.csv')];
    expect(look(files, { marker: '*.done' })).toEqual({ ready: ['a.csv'], waiting: ['b.csv'] });
    const parts = [file('part-1.parquet', 0), file('part-2.parquet', 0)];
    expect(look(parts, { marker: '_SUCCESS' }).ready).toEqual([]);
    expect(look([...parts, file('_SUCCESS', 0)], { marker: '_SUCCESS' }).ready).toEqual([
      ...['part-1.parquet', 'part-2.parquet'],
    ]);
  });
});
