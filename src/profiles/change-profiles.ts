import { isDeepStrictEqual } from 'node:util';
import { anonymousIdOf } from '#domain/anonymous.ts';
import { strictestConsent } from '#sources/consent.ts';
import { mergedConsents } from '#sources/said-consents.ts';
import type { Tx } from '#store/db.ts';
import type { NewMatchRow } from '#store/staged-rows.ts';
import { readProfiles, type StoredProfile } from '#store/profiles.ts';
import type { ReceivedProfile } from '#store/received-profiles.ts';
import {
  categoryOf,
  changedFacts,
  CONSENT,
  type Fact,
  factsOf,
  joinFacts,
  type Speech,
  stricterCategory,
} from './facts.ts';
import { emptyHolding, type Holding, withFacts, withInherited } from './holding.ts';
import type { IdentityGraph } from './identity-graph.ts';
import { rawOf } from './match-rows.ts';
import type { Receiving } from './receive-calls.ts';
import { isLedElsewhere, type Place, type Settled } from './settle.ts';
import { unusableOf } from './stage.ts';

export interface ChangedProfiles {
  readonly profiles: readonly ReceivedProfile[];
  readonly matchRows: readonly NewMatchRow[];
  readonly changes: readonly ProfileChange[];
}

/** What calls changed about one person. */
export interface ProfileChange {
  readonly profileId: number;
  /** They are known under an id of their own, and were not before. */
  readonly appears: boolean;
  /** Null: nobody knew of them. */
  readonly before: Holding | null;
  readonly after: Holding;
}

/** A profile about which something may change, and what its ids say now. */
interface Concerned {
  readonly place: Place;
  readonly now: Speech[];
}

/** Works out what becomes of the profiles whose ids or facts changed. Others cost nothing here. */
export async function changeProfiles(
  tx: Tx,
  databaseId: number,
  receiving: Receiving,
  graph: IdentityGraph,
  settled: Settled,
): Promise<ChangedProfiles> {
  const concerned = concernedProfiles(graph, settled);
  const ids = [...concerned.keys(), ...settled.gone.keys()];
  const stored = await readProfiles(tx, databaseId, ids);
  const profiles: ReceivedProfile[] = [];
  const matchRows: NewMatchRow[] = [];
  const changes: ProfileChange[] = [];
  const spoken = spokenBefore(graph);
  const legacies = Map.groupBy(settled.gone.keys(), (id) => settled.gone.get(id)?.profileId);
  for (const [id, { place, now }] of concerned) {
    const old = stored.get(id);
    const said = joinFacts(spoken.get(id) ?? []);
    const after = joinFacts(now);
    const changed = changedFacts(said, after);
    let holding = withFacts(old ?? emptyHolding, changed);
    holding = withAnswers(
      holding,
      changed,
      (about) =>
        // What another id said before it was known to be theirs does not lift what a file says.
        said.has(about) || isOwnWord(now, about, after.get(about)),
    );
    for (const goneId of legacies.get(id) ?? []) {
      const other = stored.get(goneId);
      if (other === undefined) continue;
      holding = withInherited(holding, other, joinFacts(spoken.get(goneId) ?? []));
    }
    const made = await makeRows(tx, receiving, place, old, holding);
    matchRows.push(...made.matchRows);
    // A browser may stamp its consent on every call; whoever is as they were is not touched.
    if (made.rows === null && isDeepStrictEqual(holding, heldOf(old))) continue;
    const isNew = old === undefined;
    profiles.push({ id, isNew, externalId: place.externalId, ...holding, rows: made.rows });
    const appears = hasOwnId(place.externalId) && !hasOwnId(old?.externalId);
    changes.push({ profileId: id, appears, before: old ?? null, after: holding });
  }
  return { profiles, matchRows, changes };
}

function hasOwnId(externalId: string | undefined): boolean {
  return externalId !== undefined && anonymousIdOf(externalId) === null;
}

function concernedProfiles(graph: IdentityGraph, settled: Settled): Map<number, Concerned> {
  const concerned = new Map<number, Concerned>();
  const places = new Map(graph.all.map((one) => [one, settled.placeOf(one)]));
  const moved = new Set(settled.moved);
  for (const [one, place] of places) {
    const isConcerned =
      one.factsChanged ||
      moved.has(one) ||
      settled.renamed.has(place.profileId) ||
      (one.facts.size > 0 && isLedElsewhere(graph, one));
    if (isConcerned) concerned.set(place.profileId, { place, now: [] });
  }
  // Whoever an id was taken from; if that profile stays, it is the place of an id that stayed.
  const left = new Set(settled.moved.map(({ stored }) => stored?.profileId));
  for (const place of places.values()) {
    if (left.has(place.profileId)) concerned.set(place.profileId, { place, now: [] });
  }
  for (const [one, place] of places) {
    const { linkedMs } = place;
    concerned.get(place.profileId)?.now.push({ facts: one.facts, linkedMs });
  }
  return concerned;
}

/** What the ids of each profile said until now. */
function spokenBefore(graph: IdentityGraph): Map<number, Speech[]> {
  const spoken = new Map<number, Speech[]>();
  for (const one of graph.all) {
    if (one.stored === null || one.stored.facts === null) continue;
    const { profileId, facts } = one.stored;
    const speech = { facts: factsOf(facts), linkedMs: graph.leadOf(one, 'before').linkedMs };
    spoken.set(profileId, [...(spoken.get(profileId) ?? []), speech]);
  }
  return spoken;
}

/** Consent as calls left it: what is the person's own word replaces what is held, other words tighten it. */
function withAnswers(
  holding: Holding,
  changed: ReadonlyMap<string, unknown>,
  isOwn: (about: string) => boolean,
): Holding {
  let { consent, consents } = holding;
  for (const [about, verdict] of changed) {
    const category = categoryOf(about);
    if (about === CONSENT) {
      const answer = verdict as boolean | null;
      consent = isOwn(about) ? answer : strictestConsent(consent, answer);
    } else if (category !== null) {
      const answer = stricterCategory(
        isOwn(about) ? null : (consents?.[category] ?? null),
        verdict,
      );
      consents = mergedConsents(consents, { [category]: answer });
    }
  }
  return { ...holding, consent, consents };
}

function heldOf(old: StoredProfile | undefined): Holding | null {
  if (old === undefined) return null;
  const { identifiers, traits, consent, consents } = old;
  return { identifiers, traits, consent, consents };
}

/** Said under the id that the person goes by, or after the id was known to be theirs. */
function isOwnWord(now: readonly Speech[], about: string, consent: Fact | undefined): boolean {
  return now.some(({ facts, linkedMs }) => {
    const fact = facts.get(about);
    if (fact === undefined || fact[1] !== consent?.[1] || fact[2] !== consent[2]) return false;
    return linkedMs === null || fact[1] > linkedMs;
  });
}

/** Rows that come out as they were stay the same rows, and Meta need not hear of them again. */
export async function makeRows(
  tx: Tx,
  { makeMatchRows, matchRowIds: rowIds }: Receiving,
  { profileId, externalId }: Place,
  old: StoredProfile | undefined,
  { identifiers }: Holding,
): Promise<{ rows: ReceivedProfile['rows']; matchRows: NewMatchRow[] }> {
  const isSame =
    old !== undefined &&
    old.externalId === externalId &&
    isDeepStrictEqual(old.identifiers, identifiers);
  if (isSame) return { rows: null, matchRows: [] };
  const made = makeMatchRows(rawOf(externalId, identifiers));
  await rowIds.reserve(tx, made.rows.length);
  const matchRows: NewMatchRow[] = [];
  const matchRowIds = made.rows.map((draft) => {
    const kept = old?.rows.find(({ cells }) => cells.equals(draft.cells));
    if (kept !== undefined) return kept.id;
    const row = { id: rowIds.next(), profileId, ...draft };
    matchRows.push(row);
    return row.id;
  });
  const unusable =
    made.problems.length === 0 ? null : (JSON.parse(unusableOf(made.problems)) as object);
  return { rows: { sufficiency: made.sufficiency, matchRowIds, unusable }, matchRows };
}
