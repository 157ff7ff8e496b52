/**
 * Versions of the Marketing API. Its versions end about a year after their release, long before the
 * Graph API's two years, and the Marketing date is the one that counts for audiences.
 * Sources: https://developers.facebook.com/docs/graph-api/changelog and …/changelog/versions,
 * https://developers.facebook.com/docs/marketing-api/marketing-api-changelog/versions (read
 * 2026-09-13); the end of v24.0 as others cite the versions page. Null: not announced then.
 */
const versions: Readonly<Record<string, { released: string; ends: string | null }>> = {
  'v26.0': { released: '2026-07-29', ends: null },
  'v25.0': { released: '2026-02-18', ends: null },
  'v24.0': { released: '2025-10-08', ends: '2026-10-06' },
  'v23.0': { released: '2025-05-29', ends: '2026-06-09' },
  'v22.0': { released: '2025-01-21', ends: '2026-02-19' },
};

const dayMs = 86_400_000;
const warnDays = 90;
/** The shortest life of v22.0 to v24.0 was 363 days; a month less, to be early. */
const lifeDaysExpected = 333;
const page = 'https://developers.facebook.com/docs/graph-api/changelog/versions';

/** Versions that the sandbox and the client know, the newest first. */
export const knownVersions: readonly string[] = Object.keys(versions);

/**
 * What to tell about a version such as `v26.0`, or null when there is nothing to. It begins three
 * months before the end; where Meta has announced none, before the end that its habit suggests.
 */
export function versionWarning(version: string, today: Date): string | null {
  const known = versions[version];
  if (known === undefined) {
    return `Muster does not know version ${version} of Meta's API. Known are ${knownVersions.join(', ')}; see ${page}`;
  }
  const announced = known.ends === null ? null : Date.parse(known.ends);
  const endsMs = announced ?? Date.parse(known.released) + lifeDaysExpected * dayMs;
  const daysLeft = Math.ceil((endsMs - today.getTime()) / dayMs);
  if (daysLeft > warnDays) return null;
  const end = new Date(endsMs).toISOString().slice(0, 10);
  if (announced !== null) {
    return daysLeft <= 0
      ? `Meta has retired version ${version} of its API on ${end}. Set a newer one; see ${page}`
      : `Meta retires version ${version} of its API on ${end}, in ${daysLeft} days. Set a newer one; see ${page}`;
  }
  return `Version ${version} of Meta's API may end from about ${end}; Muster knows no announced date. Check ${page}`;
}
