import { unpackRow } from '#domain/match-row.ts';
import type { WantedRow } from '../exact/known-people.ts';
import { differencesOf, inShort, inWords } from '../exact/held-and-wanted.ts';
import { keysOf, without } from '../exact/known-people.ts';
import type { Place } from './place.ts';
import type { Watch } from './watch.ts';
import type { Upload } from './wire.ts';
import type { AudienceTruth, World } from './world.ts';

/**
 * I6: what was applied is what was planned, or less. By which of its values a row leaves is decided
 * when it does, so removals are compared only where nobody came in between.
 */
export function checkPlanned(
  world: World,
  planned: { readonly rows: readonly WantedRow[]; readonly imports: number },
  sent: readonly Upload[],
): void {
  // Who has opted out meanwhile takes their values out of other people's rows, too.
  const refused = world.known.refusedValues();
  const rows = planned.rows.flatMap((row) => [row, without(row, refused)]);
  const texts = new Set(rows.map(({ cells }) => JSON.stringify(cells)));
  const keys = new Set(planned.rows.flatMap(keysOf));
  for (const { direction, rows } of sent) {
    for (const cells of rows) {
      const asPlanned =
        direction === 'add'
          ? texts.has(JSON.stringify(cells))
          : world.imports > planned.imports ||
            !keysOf({ cells }).some((key) => keys.has(key) && !refused.has(key));
      if (!asPlanned) world.broke(`I6: applied what was not planned: ${inWords(cells)}`);
    }
  }
}

interface Parts {
  readonly world: World;
  readonly place: Place;
  readonly watch: Watch;
}

/** A row that the ledger knows, by what it would be on the wire. */
interface LedgerRow {
  readonly text: string;
  readonly keys: readonly string[];
  readonly state: string;
}

/** I1: Meta holds what is wanted, and nowhere somebody who has said no. */
export async function checkConverged(parts: Parts): Promise<void> {
  const { world, place } = parts;
  for (const [i, audience] of world.audiences.entries()) {
    const wanted = world.wantedAfterLook(audience);
    const linked = await linkedTo(place, world.audienceIds[i] ?? 0);
    const held = linked === null ? [] : await place.heldRows(linked);
    const rejected = await rejectedRows(parts, i, linked);
    compare(world, audience, { wanted, held, rejected });
    await checkFormer(parts, audience, linked);
  }
}

/** Opt-outs leave where an audience was linked once, too. */
async function checkFormer(
  { world, place }: Parts,
  { metaAudienceIds }: AudienceTruth,
  linked: string | null,
): Promise<void> {
  const refused = world.known.refusedValues();
  for (const id of metaAudienceIds) {
    if (id === linked) continue;
    for (const row of await place.heldRows(id)) {
      const cells = JSON.parse(row) as string[];
      if (!keysOf({ cells }).some((key) => refused.has(key))) continue;
      world.broke(`I1: said no, and is still in ${id}: ${inWords(cells)}`);
    }
  }
}

function compare(
  world: World,
  { rule }: AudienceTruth,
  rows: { wanted: readonly WantedRow[]; held: readonly string[]; rejected: ReadonlySet<string> },
): void {
  const { wanted, held, rejected } = rows;
  const differences = differencesOf(wanted, held, rejected, world.known.refusedValues());
  for (const line of differences) world.broke(`I1: ${line}`);
  if (differences.length === 0) return;
  world.broke(`    wanted ${wanted.length} by ${JSON.stringify(rule)}, held ${held.length}`);
}

/**
 * Nobody is left out without a refusal that Meta gave by name; gives the rows that are, by their
 * identifying values.
 */
async function rejectedRows(
  { world, place, watch }: Parts,
  index: number,
  metaAudienceId: string | null,
): Promise<Set<string>> {
  const rows = await ledgerRows(place, world.audienceIds[index] ?? 0);
  const rejected = rows.filter(({ state }) => state === 'rejected').map(({ keys }) => keys);
  for (const keys of rejected) {
    if (metaAudienceId === null || watch.isRefused(metaAudienceId, keys)) continue;
    world.broke(`I2: rejected, though Meta never refused it: ${inShort([keys.join(' ')])}`);
  }
  return new Set(rejected.map((keys) => keys.join(' ')));
}

/** I5: a row that the ledger calls `in` is there, whatever else is under way. */
export async function checkLedger({ world, place }: Parts): Promise<void> {
  // A file has just given somebody a value back: whoever sends next says it again, not before.
  if ((await place.query('select 1 from consent_change limit 1')).length > 0) return;
  for (const [i, audience] of world.audiences.entries()) {
    const linked = await linkedTo(place, world.audienceIds[i] ?? 0);
    if (linked === null) continue;
    const held = new Set(await place.heldRows(linked));
    const wanted = new Set(world.wantedNow(audience).map(({ cells }) => JSON.stringify(cells)));
    for (const { text, state } of await ledgerRows(place, world.audienceIds[i] ?? 0)) {
      if (state !== 'in' || !wanted.has(text) || held.has(text)) continue;
      const cells = JSON.parse(text) as string[];
      world.broke(`I5: the ledger calls it in ${linked}, and it is not there: ${inWords(cells)}`);
    }
  }
}

async function linkedTo(place: Place, audienceId: number): Promise<string | null> {
  const [link] = await place.query<{ id: string }>(
    'select meta_audience_id as id from link where audience_id = $1 and ended_at is null',
    [audienceId],
  );
  return link?.id ?? null;
}

async function ledgerRows(place: Place, audienceId: number): Promise<LedgerRow[]> {
  const rows = await place.query<{ cells: Buffer; state: string }>(
    `select mr.cells, s.state from ledger_state s
     join link l on l.id = s.link_id and l.ended_at is null and l.audience_id = $1
     join match_row mr on mr.database_id = l.database_id and mr.id = s.match_row_id
     where s.state in ('in', 'rejected')`,
    [audienceId],
  );
  return rows.map(({ cells, state }) => {
    const unpacked = unpackRow(cells);
    const ordered = Object.values(unpacked);
    return { text: JSON.stringify(ordered), keys: keysOf({ cells: ordered }), state };
  });
}
