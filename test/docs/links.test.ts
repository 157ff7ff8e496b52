import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anchorsOf, fileOf, type Link, linksOf, type Page, readPages, root } from './_pages.ts';

/** What is wrong with the links of a page, as `file:line what`. */
function brokenLinks(page: Page, pages: readonly Page[]): string[] {
  return linksOf(page).flatMap((link) => {
    const why = problemOf(page, link, pages);
    return why === null ? [] : [`${page.path}:${link.line} ${link.target}: ${why}`];
  });
}

function problemOf(page: Page, { text, target }: Link, pages: readonly Page[]): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const file = fileOf(page, target);
  const there = pages.find(({ path }) => path === file);
  const exists = there !== undefined || existsSync(join(root, file));
  if (!exists || file.startsWith('../')) return 'there is no such file';
  const anchor = target.split('#')[1];
  if (anchor !== undefined && there !== undefined && !anchorsOf(there).has(anchor)) {
    return 'there is no such heading';
  }
  // [`receiveFile`](…/receive.ts) promises that the name is in that file.
  const [, name] = /^`(\w+)`$/.exec(text) ?? [];
  if (name === undefined || !/\.(ts|mjs|sql)$/.test(file)) return null;
  return new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, file), 'utf8'))
    ? null
    : `${name} is not in it`;
}

it('every relative link leads to a file, a heading and a name that exist', () => {
  const pages = readPages();
  expect(pages.map(({ path }) => path)).toContain('README.md');
  expect(pages.flatMap((page) => brokenLinks(page, pages))).toEqual([]);
});

it.each([
  ['a file', '[x](nowhere.md)', 'there is no such file'],
  ['a file outside', '[x](../package.json)', 'there is no such file'],
  ['a heading', '# Some words, here\n[x](#some-other)', 'there is no such heading'],
  [
    'a name',
    '[`nobodyIsCalledSo`](package.json) [`nobodyIsCalledSo`](src/main.ts)',
    'nobodyIsCalledSo is not in it',
  ],
])('a link to %s that is not there is named', (_, text, why) => {
  const page = { path: 'page.md', text };
  expect(brokenLinks(page, [page])).toEqual([expect.stringContaining(why)]);
});

it('sound links are not named, and neither is what stands in a code block', () => {
  const text = [
    '# Some words, here',
    '[a](#some-words-here) [b](https://example.com/x) [`stop`](src/main.ts) [c](package.json)',
    '```',
    '[d](nowhere.md)',
    '```',
  ].join('\n');
  const page = { path: 'page.md', text };
  expect(brokenLinks(page, [page])).toEqual([]);
});
