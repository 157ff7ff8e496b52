/**
 * Where the made-up people live. Phones come from ranges that are kept free for fiction; where a
 * country has none, its people have no phone.
 * - DE: Bundesnetzagentur, Mitteilung 148/2021, as told by
 *   https://www.teltarif.de/drama-rufnummern-fiktiv-bundesnetzagentur-filme/news/84487.html (read 2026-11-22)
 * - GB: Ofcom, Telephone numbers for drama use · FR: Arcep, décision 2018-0881, annexe 1
 * - US, CA: 555-0100 to 555-0199 of any area code (ATIS-0300115) · AU: ACMA, 5550 and 7010
 */
export interface Country {
  readonly code: string;
  /** People in a thousand. */
  readonly share: number;
  /** Other ways in which people write it. */
  readonly spellings: readonly [string, ...string[]];
  readonly dateOrder: 'year-first' | 'day-dots' | 'day-slashes' | 'month-slashes';
  /** City, state as code, state in words, start of the postcode (# is a digit, @ a letter). */
  readonly places: readonly [Place, ...Place[]];
  readonly women: readonly [string, ...string[]];
  readonly men: readonly [string, ...string[]];
  readonly surnames: readonly [string, ...string[]];
  readonly phones: Phones | null;
}

export type Place = readonly [city: string, stateCode: string, stateName: string, postcode: string];

export interface Phones {
  readonly callingCode: string;
  /** What is dialled before the area inside the country. */
  readonly trunk: '' | '0';
  /** Area, start of the number, and how many digits follow. */
  readonly ranges: readonly [PhoneRange, ...PhoneRange[]];
}

type PhoneRange = readonly [area: string, start: string, digits: number];

function northAmerica(...areas: [string, ...string[]]): Phones {
  const [first, ...rest] = areas;
  const range = (area: string): PhoneRange => [area, '55501', 2];
  return { callingCode: '1', trunk: '', ranges: [range(first), ...rest.map(range)] };
}

export const countries: readonly [Country, ...Country[]] = [
  {
    code: 'DE',
    share: 240,
    spellings: ['Deutschland', 'Germany', 'de', 'DEU', 'GERMANY'],
    dateOrder: 'day-dots',
    places: [
      ['Berlin', 'BE', 'Berlin', '10###'],
      ['München', 'BY', 'Bayern', '80###'],
      ['Köln', 'NW', 'Nordrhein-Westfalen', '50###'],
      ['Dresden', 'SN', 'Sachsen', '01###'],
      ['Frankfurt am Main', 'HE', 'Hessen', '60###'],
      ['Lübeck', 'SH', 'Schleswig-Holstein', '23###'],
    ],
    women: ['Anna', 'Anne-Kathrin', 'Käthe', 'Lena', 'Marie-Luise', 'Sofia', 'Ayşe', 'Birgit'],
    men: ['Jörg', 'Lukas', 'Hans-Peter', 'Günther', 'Mehmet', 'Finn', 'Uwe', 'Björn'],
    surnames: [
      'Müller',
      'Schmidt',
      'Weiß',
      'Lüdenscheidt',
      'von Bülow',
      'Yılmaz',
      'Groß-Meyer',
      'Schäfer',
      'Koch',
      'Öztürk',
    ],
    phones: {
      callingCode: '49',
      trunk: '0',
      ranges: [
        ['30', '23125', 3],
        ['69', '90009', 3],
        ['40', '66969', 3],
        ['221', '4710', 3],
        ['89', '99998', 3],
      ],
    },
  },
  {
    code: 'US',
    share: 200,
    spellings: ['USA', 'United States', 'us', 'U.S.A.', 'United States of America'],
    dateOrder: 'month-slashes',
    places: [
      ['New York', 'NY', 'New York', '100##'],
      ['San Francisco', 'CA', 'California', '941##'],
      ['St. Louis', 'MO', 'Missouri', '631##'],
      ['Boston', 'MA', 'Massachusetts', '021##'],
      ['Winston-Salem', 'NC', 'North Carolina', '271##'],
      ['Seattle', 'WA', 'Washington', '981##'],
    ],
    women: ['Emily', 'Mary-Jo', 'Olivia', 'Renée', 'María', 'Aaliyah', 'Grace', 'Hannah'],
    men: ['James', 'José', 'Tyler', 'Michael', "D'Andre", 'Noah', 'William', 'Ethan'],
    surnames: [
      "O'Brien-Smith",
      'Johnson',
      'García',
      'Williams',
      'Nguyen',
      'Lee',
      'St. John',
      'Brown',
      'Peña',
      'Davis Jr.',
    ],
    phones: northAmerica(
      '212',
      '415',
      '314',
      '617',
      '336',
      '206',
      '303',
      '312',
      '404',
      '512',
      '602',
      '702',
      '713',
      '786',
      '801',
      '813',
      '858',
      '919',
      '971',
      '202',
      '213',
      '214',
      '215',
      '216',
      '305',
      '310',
      '313',
      '317',
      '323',
      '347',
      '408',
      '412',
      '414',
      '502',
      '503',
      '504',
      '505',
      '513',
      '520',
      '559',
      '612',
      '614',
      '615',
      '619',
      '626',
    ),
  },
  {
    code: 'FR',
    share: 180,
    spellings: ['France', 'fr', 'FRA', 'FRANCE'],
    dateOrder: 'day-slashes',
    places: [
      ['Paris', 'IDF', 'Île-de-France', '750##'],
      ['Lyon', 'ARA', 'Auvergne-Rhône-Alpes', '690##'],
      ['Saint-Étienne', 'ARA', 'Auvergne-Rhône-Alpes', '420##'],
      ['Besançon', 'BFC', 'Bourgogne-Franche-Comté', '250##'],
      ["L'Haÿ-les-Roses", 'IDF', 'Île-de-France', '942##'],
    ],
    women: ['Amélie', 'Chloé', 'Anne-Marie', 'Zoé', 'Fatima', 'Louise', 'Hélène', 'Inès'],
    men: ['Jean-François', 'Théo', 'Hugo', 'Loïc', 'Mohamed', 'Rémi', 'Étienne', 'Noël'],
    surnames: [
      'Dupont',
      'Lefèvre',
      "d'Estaing",
      'Garçon',
      'Benoît',
      'Moreau',
      'Le Gall',
      'Nuñez',
      'Petit',
      'Bœuf',
    ],
    phones: {
      callingCode: '33',
      trunk: '0',
      ranges: [
        ['1', '9900', 4],
        ['2', '6191', 4],
        ['3', '5301', 4],
        ['4', '6571', 4],
        ['5', '3649', 4],
      ],
    },
  },
  {
    code: 'GB',
    share: 120,
    spellings: ['United Kingdom', 'UK', 'Great Britain', 'gb', 'GBR'],
    dateOrder: 'day-slashes',
    places: [
      ['London', 'ENG', 'England', 'SW1A #@@'],
      ['Manchester', 'ENG', 'England', 'M# #@@'],
      ['Edinburgh', 'SCT', 'Scotland', 'EH# #@@'],
      ['Stoke-on-Trent', 'ENG', 'England', 'ST# #@@'],
    ],
    women: ['Siân', 'Charlotte', 'Aoife', 'Priya', 'Emma', 'Zoë'],
    men: ['Oliver', 'Rhys', 'Harry', 'Seán', 'Amir', 'George'],
    surnames: ["O'Neill", 'Smith', 'Khan', 'MacDonald', 'Taylor-Brown', 'Jones', 'Patel', 'Brontë'],
    phones: {
      callingCode: '44',
      trunk: '0',
      ranges: [
        ['20', '79460', 3],
        ['113', '4960', 3],
        ['115', '4960', 3],
        ['117', '4960', 3],
        ['131', '4960', 3],
        ['161', '4960', 3],
      ],
    },
  },
  {
    code: 'CA',
    share: 80,
    spellings: ['Canada', 'ca', 'CAN'],
    dateOrder: 'year-first',
    places: [
      ['Montréal', 'QC', 'Québec', 'H2X #@#'],
      ['Toronto', 'ON', 'Ontario', 'M5V #@#'],
      ["St. John's", 'NL', 'Newfoundland and Labrador', 'A1C #@#'],
    ],
    women: ['Geneviève', 'Emma', 'Sophie', 'Li'],
    men: ['Félix', 'Liam', 'Wei', 'Jean-Guy'],
    surnames: ['Tremblay', 'Gagné', 'Singh', 'Wong', 'MacKenzie', "O'Connor"],
    phones: northAmerica(
      '416',
      '514',
      '604',
      '613',
      '403',
      '780',
      '204',
      '306',
      '418',
      '450',
      '506',
      '519',
      '705',
      '709',
      '778',
      '807',
      '819',
      '867',
      '902',
    ),
  },
  {
    code: 'AU',
    share: 60,
    spellings: ['Australia', 'au', 'AUS'],
    dateOrder: 'day-slashes',
    places: [
      ['Sydney', 'NSW', 'New South Wales', '20##'],
      ['Melbourne', 'VIC', 'Victoria', '30##'],
      ['Wagga Wagga', 'NSW', 'New South Wales', '26##'],
    ],
    women: ['Matilda', 'Ruby', 'Isla', 'Mia'],
    men: ['Jack', 'Cooper', 'Hamish', 'Kai'],
    surnames: ['Wilson', "O'Shea", 'Nguyễn', 'Walker', 'Papadopoulos'],
    phones: {
      callingCode: '61',
      trunk: '0',
      ranges: [
        ['2', '5550', 4],
        ['3', '7010', 4],
        ['7', '5550', 4],
        ['8', '7010', 4],
      ],
    },
  },
  {
    code: 'ES',
    share: 60,
    spellings: ['España', 'Spain', 'es', 'ESP'],
    dateOrder: 'day-slashes',
    places: [
      ['Madrid', 'MD', 'Madrid', '280##'],
      ['A Coruña', 'GA', 'Galicia', '150##'],
      ['Málaga', 'AN', 'Andalucía', '290##'],
    ],
    women: ['María José', 'Begoña', 'Lucía', 'Núria'],
    men: ['Ángel', 'Íñigo', 'Pablo', 'Jordi'],
    surnames: ['García Márquez', 'Núñez', 'de la Fuente', 'Ibáñez', 'Puig i Cadafalch'],
    phones: null,
  },
  {
    code: 'PL',
    share: 60,
    spellings: ['Polska', 'Poland', 'pl', 'POL'],
    dateOrder: 'day-dots',
    places: [
      ['Łódź', 'LD', 'łódzkie', '90-###'],
      ['Kraków', 'MA', 'małopolskie', '30-###'],
      ['Gdańsk', 'PM', 'pomorskie', '80-###'],
    ],
    women: ['Małgorzata', 'Zofia', 'Agnieszka', 'Julia'],
    men: ['Łukasz', 'Paweł', 'Stanisław', 'Jakub'],
    surnames: ['Wiśniewska', 'Kowalski', 'Żółć', 'Nowak-Zając', 'Brzęczyszczykiewicz'],
    phones: null,
  },
];

/** How many different numbers are reserved. */
export function phoneCount({ ranges }: Phones): number {
  return ranges.length * 10 ** ranges[0][2];
}
