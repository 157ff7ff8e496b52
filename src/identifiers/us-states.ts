// Two-letter ANSI codes (INCITS 38:2009) with names, customary abbreviations (AP, GPO) and the
// Postal Service's codes for forces abroad (https://pe.usps.com/text/pub28/28apb.htm, read 2026-11-22).
const codeAndNames: readonly string[] = [
  'al alabama ala',
  'ak alaska',
  'az arizona ariz',
  'ar arkansas ark',
  'ca california calif cal cali',
  'co colorado colo',
  'ct connecticut conn',
  'de delaware del',
  'fl florida fla',
  'ga georgia',
  'hi hawaii',
  'id idaho',
  'il illinois ill ills',
  'in indiana ind',
  'ia iowa',
  'ks kansas kans kan',
  'ky kentucky ken kent',
  'la louisiana',
  'me maine',
  'md maryland',
  'ma massachusetts mass',
  'mi michigan mich',
  'mn minnesota minn',
  'ms mississippi miss',
  'mo missouri',
  'mt montana mont',
  'ne nebraska nebr neb',
  'nv nevada nev',
  'nh newhampshire',
  'nj newjersey',
  'nm newmexico nmex newmex',
  'ny newyork newyorkcity nyc',
  'nc northcarolina ncar ncarolina',
  'nd northdakota ndak ndakota',
  'oh ohio',
  'ok oklahoma okla',
  'or oregon ore oreg',
  'pa pennsylvania penn penna',
  'ri rhodeisland rhodeislandandprovidenceplantations',
  'sc southcarolina scar scarolina',
  'sd southdakota sdak sdakota',
  'tn tennessee tenn',
  'tx texas tex',
  'ut utah',
  'vt vermont',
  'va virginia virg',
  'wa washington wash',
  'wv westvirginia wva wvirginia',
  'wi wisconsin wis wisc',
  'wy wyoming wyo',
  'dc districtofcolumbia washingtondc thedistrictofcolumbia',
  'as americansamoa',
  'gu guam',
  'mp northernmarianaislands cnmi',
  'pr puertorico',
  'um usminoroutlyingislands unitedstatesminoroutlyingislands',
  'vi virginislands usvirginislands virginislandsus unitedstatesvirginislands',
  'aa armedforcesamericas armedforcesamerica',
  'ae armedforceseurope armedforcesafrica armedforcescanada armedforcesmiddleeast',
  'ap armedforcespacific',
  'fm federatedstatesofmicronesia',
  'mh marshallislands',
  'pw palau',
];

const codes = new Map<string, string>();
for (const line of codeAndNames) {
  const [code = '', ...names] = line.split(' ');
  for (const name of [code, ...names]) codes.set(name, code);
}

const around = /^(?:the)?(?:stateof|commonwealthof)|(?:state|unitedstates(?:ofamerica)?|usa?)$/g;

/**
 * The two-letter code of a US state, district or territory from any spelling in lower-case letters
 * and digits without spaces; null when it is none.
 */
export function usStateCode(spelling: string): string | null {
  const direct = codes.get(spelling);
  if (direct !== undefined) return direct;
  const bare = spelling
    .replace(/^us(?=[a-z]{2}$)/, '')
    .replace(/\d+$/, '')
    .replace(around, '');
  return codes.get(bare) ?? twice(bare);
}

/** Code and name together, in either order: "CA - California", "California (CA)". */
function twice(bare: string): string | null {
  const [head, tail] = [bare.slice(0, 2), bare.slice(-2)];
  if (codes.get(bare.slice(2)) === head) return head;
  return codes.get(bare.slice(0, -2)) === tail ? tail : null;
}

/** Countries of ISO 3166-1 whose post is that of the United States. */
export const usTerritories: ReadonlySet<string> = new Set(['AS', 'GU', 'MP', 'PR', 'UM', 'VI']);
