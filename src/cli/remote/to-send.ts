/** What may be put into a request: the same, without a promise that nobody changes it. */
type ToSend<T> = T extends readonly (infer Item)[]
  ? ToSend<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: ToSend<T[K]> }
    : T;

/** A copy of a document of ours as the body of a request. */
export function toSend<T extends object>(document: T): ToSend<T> {
  return structuredClone(document) as ToSend<T>;
}
