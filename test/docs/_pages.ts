import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A Markdown file, by its path from the repository's root, with slashes. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const notOurs = (name: string) => /^(node_modules|coverage|\..*)$/.test(name);

export function readPages(): Page[] {
  return globSync('**/*.md', { cwd: root, exclude: notOurs })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export interface Link {
  readonly text: string;
  /** As written: may be an address, a path, `#heading` or both. */
  readonly target: string;
  readonly line: number;
}

/** Every `[text](target)` outside of code blocks. */
export function linksOf({ text }: Page): Link[] {
  let isCode = false;
  return text.split('\n').flatMap((line, i) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    if (isCode) return [];
    return [...line.matchAll(/\[((?:[^[\]]|`[^`]*`)*)\]\(([^()\s]+)\)/g)].map(
      ([, label = '', target = '']) => ({ text: label, target, line: i + 1 }),
    );
  });
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = text.match(/^#{1,6} .*$/gm) ?? [];
  return new Set(headings.map((heading) => anchorOf(heading.replace(/^#+ /, ''))));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** The file that a relative link means, from the root; the page itself for `#heading` alone. */
export function fileOf(page: Page, target: string): string {
  const [path = ''] = target.split('#');
  return path === '' ? page.path : posix.join(posix.dirname(page.path), decodeURI(path));
}
