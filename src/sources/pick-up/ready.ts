import type { FoundFile } from './place.ts';
import type { FilesSettings } from './target.ts';

/** What grows and has not changed for so long is taken for whole. */
const SETTLED_MS = 60_000;

/** Programs that copy write under another name first; nobody means these. */
const unfinished = /^\.|~$|\.(tmp|temp|part|partial|filepart|crdownload|swp|writing)$/i;

export interface ReadyFiles {
  /** The oldest first. */
  readonly files: readonly FoundFile[];
  /** Files that somebody may still be writing. */
  readonly waiting: readonly string[];
}

/** Which files are meant, and whole as far as can be seen from outside. */
export function readyFiles(
  found: readonly FoundFile[],
  settings: Pick<FilesSettings, 'pattern' | 'marker'>,
  at: { readonly growing: boolean; readonly nowMs: number },
): ReadyFiles {
  const { pattern = '*', marker } = settings;
  const names = new Set(found.map(({ name }) => name));
  const isMeant = matcher(pattern);
  const isMarker = marker === undefined ? () => false : matcher(marker);
  const isWhole = ({ name, modifiedMs }: FoundFile): boolean => {
    if (marker !== undefined) return names.has(marker.replace('*', () => name));
    return !at.growing || at.nowMs - modifiedMs >= SETTLED_MS;
  };
  const meant = found.filter(
    ({ name }) => isMeant(name) && !isMarker(name) && !unfinished.test(name),
  );
  return {
    files: meant
      .filter(isWhole)
      .toSorted((a, b) => a.modifiedMs - b.modifiedMs || (a.name < b.name ? -1 : 1)),
    waiting: meant.filter((file) => !isWhole(file)).map(({ name }) => name),
  };
}

function matcher(pattern: string): (name: string) => boolean {
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '[^/]*' : part === '?' ? '[^/]' : RegExp.escape(part)))
    .join('');
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
