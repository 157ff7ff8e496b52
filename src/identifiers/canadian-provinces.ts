const codeAndNames: readonly string[] = [
  'ab alberta alta',
  'bc britishcolumbia colombiebritannique',
  'mb manitoba man',
  'nb newbrunswick nouveaubrunswick',
  'nl newfoundlandandlabrador newfoundland labrador newfoundlandlabrador terreneuveetlabrador',
  'ns novascotia nouvelleecosse',
  'nt northwestterritories territoiresdunordouest',
  'nu nunavut',
  'on ontario ont',
  'pe princeedwardisland pei ileduprinceedouard',
  'qc quebec que pq',
  'sk saskatchewan sask',
  'yt yukon yukonterritory',
];

/** Every spelling without spaces and accents → Canada Post's code, both in lower case. */
export const canadianProvinces: ReadonlyMap<string, string> = new Map(
  codeAndNames.flatMap((line) => {
    const [code = '', ...names] = line.split(' ');
    return [code, ...names].map((name): [string, string] => [name, code]);
  }),
);
