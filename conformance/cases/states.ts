import { type Case, casesOf } from '../case.ts';

// ISO 3166-2:US, read 2026-11-22.
const unitedStates =
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,' +
  'FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,KY Kentucky,' +
  'LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,' +
  'MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,' +
  'NY New York,NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,' +
  'RI Rhode Island,SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,' +
  'VA Virginia,WA Washington,WV West Virginia,WI Wisconsin,WY Wyoming,DC District of Columbia,' +
  'PR Puerto Rico,GU Guam,AS American Samoa,MP Northern Mariana Islands';
// ISO 3166-2:CA, English and French.
const canada =
  'AB Alberta,BC British Columbia,BC Colombie-Britannique,MB Manitoba,NB New Brunswick,' +
  'NB Nouveau-Brunswick,NL Newfoundland and Labrador,NS Nova Scotia,NS Nouvelle-Écosse,' +
  'NT Northwest Territories,NU Nunavut,ON Ontario,PE Prince Edward Island,QC Quebec,QC Québec,' +
  'SK Saskatchewan,YT Yukon';

export function stateCases(): Case[] {
  return [
    ...split(unitedStates).flatMap(([code, name]) => [
      ...ofState(name, code, 'US', 'ISO 3166-2:US; Meta: two-letter ANSI code'),
      { key: 'ST', input: name.toUpperCase(), expected: code, why: 'ISO 3166-2:US, no country' },
    ]),
    ...split(canada).flatMap(([code, name]) =>
      ofState(name, code, 'CA', "ISO 3166-2:CA; as Meta's parameter builder does"),
    ),
    ...handWritten,
  ];
}

function split(list: string): [string, string][] {
  return list.split(',').map((item) => [item.slice(0, 2).toLowerCase(), item.slice(3)]);
}

function ofState(name: string, expected: string, country: string, why: string): Case[] {
  return [name, expected.toUpperCase()].map((input) => ({
    key: 'ST',
    input,
    country,
    expected,
    why,
  }));
}

const handWritten = [
  ...casesOf(
    'ST',
    'spellings of US states (GPO and AP abbreviations)',
    `
    new-york | | ny
    N.Y. | US | ny
    Calif. | US | ca
    Mass. | US | ma
    Penn. | US | pa
    Tex. | US | tx
    W. Va. | US | wv
    Washington, D.C. | US | dc
    D.C. | US | dc
    US-CA | US | ca
    CA - California | US | ca
    California (CA) | US | ca
    State of California | US | ca
    Commonwealth of Massachusetts | US | ma
    Bavaria | US | (state: not a US state)
    Europe | US | (state: not a US state)
    `,
  ),
  ...casesOf(
    'ST',
    'Meta: elsewhere lower case, no punctuation, special characters or spaces; the name stays whole',
    `
    New South Wales | AU | newsouthwales
    NSW | AU | nsw
    Victoria | AU | victoria
    Western Australia | AU | westernaustralia
    Bayern | DE | bayern
    Baden-Württemberg | DE | badenwurttemberg
    Nordrhein-Westfalen | DE | nordrheinwestfalen
    Thüringen | DE | thuringen
    Île-de-France | FR | iledefrance
    Provence-Alpes-Côte d'Azur | FR | provencealpescotedazur
    São Paulo | BR | saopaulo
    Paraná | BR | parana
    SP | BR | sp
    Cataluña | ES | cataluna
    País Vasco | ES | paisvasco
    Nuevo León | MX | nuevoleon
    Ciudad de México | MX | ciudaddemexico
    Łódzkie | PL | lodzkie
    Śląskie | PL | slaskie
    Hòa Bình | VN | hoabinh
    Emilia-Romagna | IT | emiliaromagna
    Friuli Venezia Giulia | IT | friuliveneziagiulia
    Zürich | CH | zurich
    Kärnten | AT | karnten
    Greater London | GB | greaterlondon
    Noord-Holland | NL | noordholland
    Skåne län | SE | skanelan
    İstanbul | TR | istanbul
    Tamil Nadu | IN | tamilnadu
    Western Cape | ZA | westerncape
    Georgia | GE | georgia
    東京都 | JP | (state: no Latin letters)
    Московская область | RU | (state: no Latin letters)
    / | | (state: only punctuation)
    n/a | | (state: a placeholder for an empty value)
    null | | (state: a placeholder for an empty value)
    Nan | TH | nan | a province of Thailand
    `,
  ),
];
