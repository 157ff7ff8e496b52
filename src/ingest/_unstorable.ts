/** Enough for what programs send; a database gives up far above that. */
const DEPTH_MAX = 32;
/** Names become keys of indexes. */
const NAME_LENGTH_MAX = 256;
const NAME_SHOWN_MAX = 40;

/**
 * Says where a call holds what PostgreSQL cannot keep: a NUL, half a surrogate pair, objects in objects
 * without end. Null: nowhere.
 */
export function findUnstorable(value: unknown, path = '', depth = 1): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : broken(path);
  if (typeof value !== 'object' || value === null) return null;
  if (depth > DEPTH_MAX) return `${path} is more than ${DEPTH_MAX} levels deep`;
  for (const key in value) {
    if (key.length > NAME_LENGTH_MAX) {
      return `a name in ${path || 'the call'} is longer than ${NAME_LENGTH_MAX} characters`;
    }
    if (!isStorable(key)) return `the name of a part of ${path || 'the call'} cannot be stored`;
    const at = Array.isArray(value)
      ? `${path}[${key}]`
      : path === ''
        ? shown(key)
        : `${path}.${shown(key)}`;
    const problem = findUnstorable((value as Record<string, unknown>)[key], at, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function broken(path: string): string {
  return `${path} holds a character that cannot be stored (NUL or half a character)`;
}

/** A name may be anything, also what should not be in a log. */
function shown(key: string): string {
  return key.slice(0, NAME_SHOWN_MAX).replaceAll(/[^\w$ -]/g, '?');
}
