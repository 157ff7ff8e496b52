import type { AudienceOverview } from '#store/overview.ts';

/** An audience as --json prints it, the same wherever one is printed. */
export function audienceDocument(audience: AudienceOverview): object {
  return { ...audience, sandbox: audience.sandbox ?? false };
}
