import { unpackRow } from '#domain/match-row.ts';
import type { WantedRow } from '../exact/known-people.ts';
import { keysOf } from '../exact/meta-model.ts';
import type { Place } from './place.ts';
import type { Upload } from './wire.ts';
import type { World } from './world.ts';

/**
 * I6: what was applied is what was planned, or less. By which of its values a row leaves is decided
 * when it does, so removals are compared only where nobody came in between.
 */
export function checkPlanned(
  { broken, imports }: World,
  planned: { readonly rows: readonly WantedRow[]; readonly imports: number },
  sent: readonly Upload[],
): void {
  const texts = new Set(planned.rows.map(({ cells }) => JSON.stringify(cells)));
  const keys = new Set(planned.rows.flatMap(keysOf));
  for (const { direction, rows } of sent) {
    for (const cells of rows) {
      const asPlanned =
        direction === 'add'
          ? texts.has(JSON.stringify(cells))
          : imports > planned.imports || !keysOf({ cells }).some((key) => keys.has(key));
      if (!asPlanned) broken.push(`I6: applied what was not planned: ${keysOf({ cells }).join()}`);
    }
  }
}

/**
 * I1: Meta holds every wanted row but those it refused by name, and of what is not wanted only rows
 * all of whose identifying values somebody wanted has: those leave with their last holder.
 */
export async function checkConverged(
  world: World,
  { query, heldRows }: Place,
  metaAudienceId: string | null,
  audience: string,
): Promise<void> {
  const wanted = world.wantedAfterLook();
  const held = new Set(metaAudienceId === null ? [] : await heldRows(metaAudienceId));
  const refused = await refusedRows(query, audience);
  const texts = new Set(wanted.map(({ cells }) => JSON.stringify(cells)));
  const keys = new Set(wanted.flatMap(keysOf));
  for (const { cells } of wanted) {
    const text = JSON.stringify(cells);
    if (!held.has(text) && !refused.has(keysOf({ cells }).join(' '))) {
      world.broken.push(`I1: missing ${keysOf({ cells }).join(' ')}`);
    }
  }
  for (const text of held) {
    const cells = JSON.parse(text) as string[];
    const free = keysOf({ cells }).filter((key) => !keys.has(key));
    if (!texts.has(text) && free.length > 0) {
      world.broken.push(`I1: too much, by ${free.join(' ')}`);
    }
  }
}

/** What Muster says that Meta refused, by the identifying values of each row. */
async function refusedRows(query: Place['query'], audience: string): Promise<Set<string>> {
  const rows = await query<{ cells: Buffer }>(
    `select mr.cells from rejection r
     join link l on l.id = r.link_id join audience a on a.id = l.audience_id
     join match_row mr on mr.id = r.match_row_id where a.name = $1`,
    [audience],
  );
  return new Set(
    rows.map(({ cells }) => keysOf({ cells: Object.values(unpackRow(cells)) }).join(' ')),
  );
}
