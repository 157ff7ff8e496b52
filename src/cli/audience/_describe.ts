import type { StateAtMeta } from '#insights/state-at-meta.ts';
import type { AudienceOverview } from '#store/overview.ts';

/** An audience as --json prints it, the same wherever one is printed; at Meta: as it was read last. */
export function audienceDocument(
  audience: AudienceOverview,
  atMeta: StateAtMeta | undefined,
): object {
  return { ...audience, sandbox: audience.sandbox ?? false, atMeta: atMeta ?? null };
}
