import type { Leaving } from '#store/opt-outs.ts';
import { indent, table } from './layout.ts';

/** Audiences that somebody leaves, and how far that is, on lines of their own; '' for none. */
export function leavingText(
  audiences: readonly (Pick<Leaving, 'audience' | 'metaAudienceId' | 'state'> & {
    readonly refusal?: string | null;
  })[],
): string {
  if (audiences.length === 0) return '';
  const lines = audiences.map(({ audience, metaAudienceId, state, refusal }) => [
    audience,
    metaAudienceId,
    state,
    refusal ?? '',
  ]);
  const advice = audiences.some(({ state }) => state === 'refused')
    ? '\n\nWhere Meta goes on refusing, deleting the Meta audience is what is left:\n' +
      '  muster audience delete-at-meta NAME --confirm NAME'
    : '';
  return `\n\n${indent(table(['audience', 'Meta audience', 'state', ''], lines, []))}${advice}`;
}
