/** A document as it comes over the wire: moments are text. */
export type Sent<T> = T extends Date
  ? string
  : T extends string
    ? string
    : T extends readonly (infer Item)[]
      ? readonly Sent<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: Sent<T[K]> }
        : T;

/**
 * The same document with the moments as moments, in the properties of these names wherever they are; that
 * its other words are those of `T` is what the contract promises.
 */
export function withMoments<T>(document: Sent<T>, names: readonly string[]): T {
  return revived(document, new Set(names)) as T;
}

function revived(value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => revived(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      names.has(name) && typeof inner === 'string' ? new Date(inner) : revived(inner, names),
    ]),
  );
}
