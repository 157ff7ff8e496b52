/** In this order: each browser also names those before it that it wants to be taken for. */
const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** A browser's User-Agent as a person says it: "Firefox, Windows"; as it came where it is another. */
export function browserWords(userAgent: string): string {
  const nameIn = (list: readonly (readonly [sign: string, name: string])[]) =>
    list.find(([sign]) => userAgent.includes(sign))?.[1];
  const found = [nameIn(browsers), nameIn(systems)].filter((name) => name !== undefined);
  return found.length === 0 ? userAgent : found.join(', ');
}
