import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { readPages, root } from './_pages.ts';

const page = must(
  readPages().find(({ path }) => path === 'ARCHITECTURE.md'),
  'ARCHITECTURE.md is there',
);

it('ARCHITECTURE.md has every room once, from the roof down', () => {
  const rooms = [...page.text.matchAll(/^\| (\d) \| `(\w+)` \|/gm)].map(([, floor, room]) => ({
    floor: Number(floor),
    room,
  }));
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(rooms).toHaveLength(folders.length);
  expect(new Set(rooms.map(({ room }) => room))).toEqual(new Set(folders));
  expect(rooms).toEqual(rooms.toSorted((a, b) => b.floor - a.floor));
});

it('the README has a place for the demo', () => {
  const readme = must(
    readPages().find(({ path }) => path === 'README.md'),
    'README.md is there',
  );
  expect(readme.text).toMatch(/<!-- demo -->\n```[\s\S]+?```\n<!-- \/demo -->/);
});
