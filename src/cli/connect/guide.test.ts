import { expect, test } from 'vitest';
import { guideSteps } from '#connections/guide.ts';

test('every step of the way to a token is there, with the page where it is done', () => {
  const all = guideSteps.map(({ title, words }) => `${title}. ${words}`).join('\n');
  // The steps that features.md C-04 names.
  for (const step of [
    /id of your ad account/,
    /admin of that business/,
    /make an app/i,
    /icon, the address of your privacy policy and a category/,
    /product Marketing API/,
    /authorised ad accounts/,
    /App Review, Permissions and Features/,
    /system user/,
    /expiry Never/,
    /ads_management/,
    /60 days.*not recommended/,
    /each newly generated token replaces the previous/,
    /Custom Audience terms/,
  ]) {
    expect(all).toMatch(step);
  }
  for (const { title, words, links } of guideSteps) {
    expect(words, title).toMatch(/^[A-Z].*\.$/s);
    expect(links.length, title).toBeGreaterThan(0);
    for (const { url } of links) {
      expect(URL.parse(url)?.hostname, title).toMatch(/(^|\.)facebook\.com$/);
    }
  }
});
