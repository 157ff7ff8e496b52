import type { IdentityKind, StoredIdentity } from '#store/identities.ts';
import { type Facts, factsOf } from './facts.ts';

/** An id that calls use, as it was stored and as it is now. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly name: string;
  /** Null: it was never seen before. */
  readonly stored: StoredIdentity | null;
  readonly facts: Facts;
  factsChanged: boolean;
  link: Link | null;
}

/** Said by a call: this id belongs to that user id. The earliest call that says so counts. */
export interface Link {
  readonly to: string;
  readonly atMs: number;
  readonly by: string;
}

/** Where an id leads to, and since when it is known to. */
export interface Lead {
  readonly root: Identity;
  /** In ms; null: it is the root itself. */
  readonly linkedMs: number | null;
}

/** Which links to follow: those that were stored, or those that hold now. */
export type Time = 'before' | 'now';

/**
 * Who is who. An id leads to the user id that the earliest call gave it to, and that one on to the next.
 * So two people at one device stay two, and the answer does not depend on the order in which calls arrive.
 */
export class IdentityGraph {
  readonly #identities = new Map<string, Identity>();

  get all(): Identity[] {
    return [...this.#identities.values()];
  }

  find(kind: IdentityKind, name: string): Identity | undefined {
    return this.#identities.get(keyOf(kind, name));
  }

  addStored(stored: StoredIdentity): void {
    const key = keyOf(stored.kind, stored.name);
    if (this.#identities.has(key)) return;
    this.#identities.set(key, {
      ...{ kind: stored.kind, name: stored.name, stored, factsChanged: false },
      facts: factsOf(stored.facts),
      link: linkOf(stored),
    });
  }

  /** The identity of that name, made if there is none. */
  ensure(kind: IdentityKind, name: string): Identity {
    const known = this.find(kind, name);
    if (known !== undefined) return known;
    const made = { kind, name, stored: null, facts: new Map(), factsChanged: false, link: null };
    this.#identities.set(keyOf(kind, name), made);
    return made;
  }

  /** User ids that links lead to and that are not loaded yet. */
  missing(): string[] {
    const targets = this.all.flatMap(({ link }) => (link === null ? [] : [link.to]));
    return [...new Set(targets)].filter((name) => this.find('user', name) === undefined);
  }

  link(identity: Identity, link: Link): void {
    if (identity.kind === 'user' && identity.name === link.to) return;
    if (identity.link === null || isEarlier(link, identity.link)) identity.link = link;
  }

  /** Follows links to their end. Where they go round in a circle, the latest of them does not count. */
  leadOf(identity: Identity, time: Time): Lead {
    const path: Identity[] = [];
    for (let at = identity; ; ) {
      const circle = path.indexOf(at);
      if (circle !== -1) return this.#endOf(path, latest(path.slice(circle), time), time);
      path.push(at);
      const link = linkAt(at, time);
      const next = link === null ? undefined : this.find('user', link.to);
      if (next === undefined) return this.#endOf(path, at, time);
      at = next;
    }
  }

  #endOf(path: readonly Identity[], root: Identity, time: Time): Lead {
    const times = path
      .slice(0, path.indexOf(root))
      .map((identity) => linkAt(identity, time)?.atMs ?? -Infinity);
    return { root, linkedMs: times.length === 0 ? null : Math.max(...times) };
  }
}

function keyOf(kind: IdentityKind, name: string): string {
  return `${kind} ${name}`;
}

export function linkAt({ stored, link }: Identity, time: Time): Link | null {
  if (time === 'now') return link;
  return stored === null ? null : linkOf(stored);
}

function linkOf({ linkedTo, linkedMs, linkedBy }: StoredIdentity): Link | null {
  if (linkedTo === null) return null;
  return { to: linkedTo, atMs: linkedMs ?? 0, by: linkedBy ?? '' };
}

function isEarlier(a: Link, b: Link): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.by < b.by;
}

/** The one whose link is the latest. */
function latest(circle: readonly Identity[], time: Time): Identity {
  return circle.reduce((a, b) => {
    const [linkA, linkB] = [linkAt(a, time), linkAt(b, time)];
    return linkA !== null && linkB !== null && isEarlier(linkA, linkB) ? b : a;
  });
}
