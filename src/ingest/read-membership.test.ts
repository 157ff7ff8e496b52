import { describe, expect, it } from 'vitest';
import { findMembershipFault } from './read-membership.ts';

const personas = { computation_class: 'audience', computation_key: 'vip' };

describe('a call about an audience', () => {
  it.each([
    ['by identify', { traits: { vip: true } }, { personas }],
    ['by track', { event: 'Audience Exited', properties: { vip: false } }, { personas }],
    ['by a call whose context has the traits', {}, { personas, traits: { vip: 'true' } }],
    [
      'by name alone',
      { event: 'Audience Entered', properties: { audience_key: 'a', a: true } },
      {},
    ],
    ['about something computed', {}, { personas: { computation_class: 'trait' } }],
    ['about nothing of the kind', { event: 'Audience Entered', properties: { hall: 'A' } }, {}],
  ])('is taken %s', (_, call, context) => {
    expect(findMembershipFault(call, context)).toBeNull();
  });

  it.each([
    [{ traits: { plan: 'gold' } }, { personas }],
    [{ event: 'Audience Entered', properties: { audience_key: 'vip' } }, {}],
    [{ properties: { vip: 'perhaps' } }, { personas }],
  ])('is refused without the flag: %j', (call, context) => {
    expect(findMembershipFault(call, context)).toMatch(/^audience membership is missing/);
  });

  it('is refused without the audience', () => {
    const context = { personas: { computation_class: 'audience' } };
    expect(findMembershipFault({ traits: { vip: true } }, context)).toMatch(
      /^the audience is missing/,
    );
  });
});
