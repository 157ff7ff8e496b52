import { expect, it } from 'vitest';
import { readConsents } from './read-consents.ts';

it.each([
  [{}, undefined],
  [{ consent: { categoryPreferences: {} } }, undefined],
  [
    { consent: { categoryPreferences: { Ads: true, Analytics: false } } },
    { Ads: true, Analytics: false },
  ],
  // Not a clear yes.
  [{ consent: { categoryPreferences: { Ads: 'yes', Stats: null } } }, { Ads: false, Stats: false }],
  [
    { consentManagement: { allowedConsentIds: ['C1'], deniedConsentIds: ['C2'] } },
    { C1: true, C2: false },
  ],
  [{ gpc: true }, { sale_sharing: false }],
  [{ globalPrivacyControl: '1' }, { sale_sharing: false }],
  [{ gpc: false }, undefined],
  [{ consent: 'all', consentManagement: ['C1'] }, undefined],
])('%j says %j', (context, said) => {
  expect(readConsents(context, false)).toEqual(said);
});

it('a request with the signal says no for each of its calls, whatever they say themselves', () => {
  expect(readConsents({}, true)).toEqual({ sale_sharing: false });
  const preferences = { categoryPreferences: { sale_sharing: true } };
  expect(readConsents({ consent: preferences }, true)).toEqual({ sale_sharing: false });
});
