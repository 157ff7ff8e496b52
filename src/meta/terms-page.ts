import { apiHost, termsPath } from './wire.ts';

/**
 * Where a person accepts the Custom Audience terms for an ad account. The sandbox has that page at
 * its own address, as it has the API.
 */
export function termsPage(apiOrigin: string, account: string): string {
  const origin = apiOrigin === apiHost ? 'https://business.facebook.com' : apiOrigin;
  return `${origin}${termsPath}?act=${account.replace(/^act_/, '')}`;
}
