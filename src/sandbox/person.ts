/** One made-up human being, all of it drawn from a seed and a number: listing them costs no memory. */
export interface Person {
  /** From 0; 2n and 2n + 1 live together. */
  readonly number: number;
  readonly emails: readonly Known[];
  readonly phones: readonly Known[];
  readonly madid: Known | null;
  readonly firstName: string;
  /** The present one first; some had another. */
  readonly lastNames: readonly string[];
  readonly gender: 'f' | 'm';
  /** 'YYYY-MM-DD' */
  readonly birthDate: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: 'US';
  /** Whoever is not can be matched by nothing. */
  readonly isOnNetwork: boolean;
}

/** A value, and whether the network knows it as this person's. */
export interface Known {
  readonly value: string;
  readonly isKnown: boolean;
}

/** How many there are to ask for. */
export const populationMax = 10_000_000;

const odds = {
  ...{ onNetwork: 0.85, secondEmail: 0.4, thirdEmail: 0.1, otherEmailKnown: 0.6 },
  ...{ mobile: 0.8, mobileKnown: 0.75, landline: 0.15, madid: 0.4, formerName: 0.1 },
};

/** The person of a number, the same for ever for the same seed. */
export function personOf(seed: number, number: number): Person {
  const draw = drawsOf(seed, number);
  const home = drawsOf(seed ^ 0x5f35_6495, number >> 1);
  const isOnNetwork = draw() < odds.onNetwork;
  const gender = draw() < 0.5 ? 'f' : 'm';
  const firstName = pick(gender === 'f' ? womensNames : mensNames, draw());
  const lastName = pick(lastNames, home());
  const former = draw() < odds.formerName ? [pick(lastNames, draw())] : [];
  const place = pick(places, home());
  const born = new Date(Date.UTC(1945 + Math.floor(draw() * 62), 0, 1 + Math.floor(draw() * 365)));
  const known = (value: string, chance: number): Known => ({
    value,
    isKnown: draw() < chance && isOnNetwork,
  });
  const name = [firstName, lastName].join('.').toLowerCase();
  const code = (number * 1_000_003 + (seed % 1_000_003)).toString(36);
  const emails = [known(`${name}.${code}@example.com`, 0.9)];
  if (draw() < odds.secondEmail) emails.push(known(`${code}@example.net`, odds.otherEmailKnown));
  if (draw() < odds.thirdEmail) emails.push(known(`${code}@example.org`, odds.otherEmailKnown));
  const phones: Known[] = [];
  if (draw() < odds.mobile) phones.push(known(phoneOf(number % mobilesMax), odds.mobileKnown));
  if (home() < odds.landline) {
    // Whoever of the household came first has confirmed it; to the network it is theirs alone.
    const value = phoneOf(mobilesMax + ((number >> 1) % landlinesMax));
    phones.push({ value, isKnown: isOnNetwork && number % 2 === 0 });
  }
  return {
    ...{ number, emails, phones, firstName, gender, isOnNetwork, country: 'US' },
    lastNames: [lastName, ...former],
    madid: draw() < odds.madid ? known(uuidOf(draw), 0.9) : null,
    birthDate: born.toISOString().slice(0, 10),
    ...{ city: place[0], state: place[1], zip: String(place[2] + Math.floor(home() * 90)) },
  };
}

const areas = Array.from({ length: 800 }, (_, at) => 200 + at).filter((area) => area % 100 !== 11);
const linesAnArea = 10_000;
/** Numbers repeat beyond that many people, and beyond twice as many for landlines. */
const landlinesMax = 2_000_000;
const mobilesMax = areas.length * linesAnArea - landlinesMax;

/** With the exchange 555, whose lines ATIS stopped giving out in 2016: nobody's own number. */
function phoneOf(slot: number): string {
  const area = areas[Math.floor(slot / linesAnArea)] ?? 0;
  return `1${area}555${String(slot % linesAnArea).padStart(4, '0')}`;
}

function uuidOf(draw: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(draw() * 16).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function pick<T>(list: readonly [T, ...T[]], drawn: number): T {
  return list[Math.floor(drawn * list.length)] ?? list[0];
}

/** Numbers from 0 up to 1 that depend on seed and person alone (SplitMix32, public domain). */
function drawsOf(seed: number, number: number): () => number {
  let state = (Math.imul(number + 1, 0x9e37_79b9) ^ seed) | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

type Names = readonly [string, ...string[]];

const womensNames: Names = [
  ...([
    'Ada',
    'Beatriz',
    'Clara',
    'Dina',
    'Elif',
    'Fatima',
    'Grace',
    'Hanna',
    'Ines',
    'June',
  ] as const),
  ...['Kim', 'Lena', 'Maria', 'Nora', 'Olga', 'Paula', 'Rosa', 'Sofia', 'Tara', 'Vera'],
];
const mensNames: Names = [
  ...([
    'Adam',
    'Bruno',
    'Carl',
    'David',
    'Emil',
    'Felix',
    'George',
    'Hugo',
    'Ivan',
    'John',
  ] as const),
  ...['Karl', 'Leo', 'Marc', 'Noah', 'Omar', 'Paul', 'Robert', 'Samuel', 'Thomas', 'Victor'],
];
const lastNames: Names = [
  ...([
    'Adams',
    'Baker',
    'Clark',
    'Diaz',
    'Evans',
    'Foster',
    'Garcia',
    'Hill',
    'Ito',
    'Jones',
  ] as const),
  ...['Khan', 'Lopez', 'Miller', 'Nguyen', 'Owens', 'Perez', 'Quinn', 'Reed', 'Smith', 'Turner'],
  ...['Underwood', 'Vance', 'Wright', 'Young', 'Zimmer', 'Abbott', 'Bishop', 'Carter', 'Dunn'],
];
/** City, state, and where its postcodes begin. */
type Place = readonly [string, string, number];
const places: readonly [Place, ...Place[]] = [
  ['Austin', 'TX', 78_701],
  ['Atlanta', 'GA', 30_303],
  ['Chicago', 'IL', 60_601],
  ['Denver', 'CO', 80_202],
  ['Houston', 'TX', 77_002],
  ['Menlo Park', 'CA', 94_025],
  ['New York', 'NY', 10_001],
  ['Phoenix', 'AZ', 85_003],
  ['Portland', 'OR', 97_201],
  ['Seattle', 'WA', 98_101],
];
