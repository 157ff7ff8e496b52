import type { Upload } from './wire.ts';

const dayMs = 86_400_000;
/** protocol.md §6 says 20 and a half; a little more here, since who is at Meta is counted otherwise. */
const smallAudience = 24;
const share = 0.55;

interface Tally {
  readonly inside: Set<string>;
  /** How many were inside, whenever that changed. */
  readonly sizes: { readonly atMs: number; readonly size: number }[];
  readonly left: Map<string, number>;
  releasedAtMs: number;
  /** Somebody has answered, and nobody has gone yet: whoever was at it may have died. */
  awaitsRelease: boolean;
}

/**
 * The guard, computed from the requests alone: nobody lets more than half of an audience go within a
 * day, in however many runs, unless somebody has answered for it. The lane goes uncounted.
 */
export class GuardCheck {
  readonly #tallies = new Map<string, Tally>();
  /** What is wrong with letting these rows go, or null. */
  sent(
    { direction, metaAudienceId, rows }: Upload,
    isOfLane: boolean,
    nowMs: number,
  ): string | null {
    const tally = this.#of(metaAudienceId);
    const since = nowMs - dayMs;
    const people = rows.map(([externalId = '']) => externalId).filter((id) => id !== '');
    for (const id of people) {
      if (direction === 'add') {
        tally.inside.add(id);
        tally.left.delete(id);
      } else if (tally.inside.delete(id) && !isOfLane) tally.left.set(id, nowMs);
    }
    const before = Math.max(0, ...tally.sizes.filter(({ atMs }) => atMs >= since).map(sizeOf));
    const atStart = tally.sizes.findLast(({ atMs }) => atMs < since)?.size ?? 0;
    tally.sizes.push({ atMs: nowMs, size: tally.inside.size });
    if (direction === 'remove' && tally.awaitsRelease) {
      tally.awaitsRelease = false;
      tally.releasedAtMs = nowMs;
    }
    if (direction === 'add' || tally.releasedAtMs >= since) return null;
    const size = Math.max(before, atStart);
    const left = [...tally.left.values()].filter((atMs) => atMs >= since).length;
    if (size <= smallAudience || left <= size * share) return null;
    return `${left} of ${size} people let go within a day, and nobody has released them`;
  }

  released(metaAudienceId: string, nowMs: number): void {
    Object.assign(this.#of(metaAudienceId), { releasedAtMs: nowMs, awaitsRelease: true });
  }

  #of(metaAudienceId: string): Tally {
    const known = this.#tallies.get(metaAudienceId) ?? {
      ...{ inside: new Set<string>(), sizes: [], left: new Map<string, number>() },
      ...{ releasedAtMs: -Infinity, awaitsRelease: false },
    };
    this.#tallies.set(metaAudienceId, known);
    return known;
  }
}

function sizeOf({ size }: { readonly size: number }): number {
  return size;
}
