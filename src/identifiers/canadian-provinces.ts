// Canada Post's codes with English and French names
// (https://www.canadapost-postescanada.ca, addressing guidelines, read 2026-11-22).
const codeAndNames: readonly string[] = [
  'ab alberta alta',
  'bc britishcolumbia colombiebritannique',
  'mb manitoba man',
  'nb newbrunswick nouveaubrunswick',
  'nl newfoundlandandlabrador newfoundlandlabrador newfoundland labrador terreneuveetlabrador nfld',
  'ns novascotia nouvelleecosse',
  'nt northwestterritories territoiresdunordouest nwt',
  'nu nunavut',
  'on ontario ont',
  'pe princeedwardisland pei ileduprinceedouard',
  'qc quebec que pq',
  'sk saskatchewan sask',
  'yt yukon yukonterritory territoireduyukon',
];

const codes = new Map<string, string>();
for (const line of codeAndNames) {
  const [code = '', ...names] = line.split(' ');
  for (const name of [code, ...names]) codes.set(name, code);
}

/** The province's code from any spelling in lower case without accents and spaces, else null. */
export function canadianProvinceCode(spelling: string): string | null {
  return codes.get(spelling) ?? null;
}
