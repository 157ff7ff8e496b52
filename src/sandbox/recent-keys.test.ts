import { expect, test } from 'vitest';
import { seededRandom } from './_opened.ts';
import { audienceOf, RecentKeys, rowsPerAudience } from './recent-keys.ts';

/** Many numbers of one bucket, a few of others, and enough of all to outgrow the first table. */
test('it holds what a plain list holds, through collisions, removals and growth', () => {
  for (const seed of [1, 2, 3]) {
    const random = seededRandom(seed);
    const draw = (count: number) => Math.floor(random() * count);
    const keys = new RecentKeys();
    let list: { hash: number; row: number }[] = [];
    for (let step = 0; step < 4_000; step += 1) {
      const hash = draw(40) * 2 ** 24 + draw(3);
      const row = (1 + draw(2)) * rowsPerAudience + step;
      keys.put(hash, row);
      list.push({ hash, row });
      const gone = list[draw(list.length)];
      if (gone === undefined || draw(3) > 0) continue;
      expect(keys.drop(gone.hash, gone.row)).toBe(true);
      expect(keys.drop(gone.hash, gone.row)).toBe(false);
      list = list.filter((key) => key !== gone);
    }

    expect(keys.size).toBe(list.length);
    for (const { hash, row } of list) {
      const rows = list
        .filter((key) => key.hash === hash && audienceOf(key.row) === audienceOf(row))
        .map((key) => key.row)
        .toReversed();
      expect(keys.rowsOf(audienceOf(row), hash)).toEqual(rows);
      expect(keys.newest(audienceOf(row), hash)).toBe(rows[0]);
    }

    const visited: [number, number, number][] = [];
    keys.forEachSorted((hash, row) => visited.push([audienceOf(row), hash, row]));
    const expected = list.map(({ hash, row }) => [audienceOf(row), hash, row]);
    const inOrder = ([a = 0, h = 0, r = 0]: number[], [b = 0, i = 0, s = 0]: number[]) =>
      a - b || h - i || r - s;
    expect(visited.toSorted(inOrder)).toEqual(expected.toSorted(inOrder));
    expect(visited.map(([a, h]) => [a, h])).toEqual(
      visited.toSorted(([a, h], [b, i]) => a - b || h - i).map(([a, h]) => [a, h]),
    );
    keys.clear();
    expect(keys.size).toBe(0);
    expect(list.every(({ hash, row }) => keys.rowsOf(audienceOf(row), hash).length === 0)).toBe(
      true,
    );
  }
});
