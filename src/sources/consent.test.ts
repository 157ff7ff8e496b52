import { expect, it } from 'vitest';
import { readConsent, strictestConsent } from './consent.ts';

it.each([
  [true, 'yes true 1 Y t ON TRUE Yes'],
  [false, 'no false 0 N f Off FALSE No'],
])('%s is written as %s', (consent, words) => {
  for (const word of words.split(' ')) {
    expect(readConsent(word)).toEqual({ consent, isUnreadable: false });
    expect(readConsent(` ${word}\t`)).toEqual({ consent, isUnreadable: false });
  }
});

it('blank is unknown', () => {
  for (const cell of ['', '  ', '\n']) {
    expect(readConsent(cell)).toEqual({ consent: null, isUnreadable: false });
  }
});

it('whatever else is there never counts as a yes', () => {
  for (const cell of ['nein', 'unsubscribed', '2', 'yes?', 'null', '2026-01-01', '-']) {
    expect(readConsent(cell)).toEqual({ consent: false, isUnreadable: true });
  }
});

it('of several verdicts a no wins, then a yes', () => {
  const verdicts = [true, false, null];
  for (const a of verdicts) {
    for (const b of verdicts) {
      const expected = a === false || b === false ? false : a === true || b === true ? true : null;
      expect(strictestConsent(a, b)).toBe(expected);
    }
  }
});
