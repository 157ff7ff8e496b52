import { MARKETING } from '#domain/consent.ts';
import type { Call } from '#ingest/call.ts';
import { factsOfCall } from './call-facts.ts';
import { CONSENT, categoryOf } from './facts.ts';

const nothingElse: ReadonlySet<string> = new Set();

/** The categories to which a call says no. */
export function refusalsOf(call: Call): string[] {
  const { facts } = factsOfCall(call, { atMs: 0, by: '' }, nothingElse);
  return [...facts].flatMap(([about, [value]]) => {
    if (about === CONSENT) return value === false ? [MARKETING] : [];
    const category = categoryOf(about);
    const refused = (value as { readonly given?: boolean | null } | null)?.given === false;
    return category !== null && refused ? [category] : [];
  });
}
