import type { Source } from '#store/sources.ts';

/** A source as --json prints it; never its URL. */
export function sourceDocument({ name, kind, place, allowPrivate, createdAt }: Source) {
  return { name, type: kind, place, allowPrivate, createdAt: createdAt.toISOString() };
}
