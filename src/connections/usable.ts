import { MusterError } from '#domain/errors/muster-error.ts';
import type { AdAccount } from '#meta/accounts.ts';

/**
 * What would make every upload to an ad account fail (features.md C-06, C-07).
 * @throws MusterError META_ACCOUNT, META_TERMS
 */
export function refuseUnusable({ id, business, termsAccepted, termsLink }: AdAccount): void {
  if (business === null) {
    throw new MusterError('META_ACCOUNT', `no business portfolio owns ${id}`);
  }
  if (!termsAccepted) {
    const measured = `those for customer lists, for ${id}`;
    throw new MusterError('META_TERMS', measured, {
      next: `Have a person of the business accept them at ${termsLink}, then run the command again.`,
    });
  }
}
