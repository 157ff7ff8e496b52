import type { IdentifierKey, RawIdentifiers } from '#domain/identifier-keys.ts';
import { coverageCounter } from '#identifiers/coverage.ts';
import { sha256Hex } from '#identifiers/hash.ts';
import { kindOf } from '#identifiers/kinds.ts';
import { normalise } from '#identifiers/normalise.ts';
import type { Outcome } from '#identifiers/outcome.ts';
import { defaultSetting } from '#identifiers/setting.ts';

const setting = { ...defaultSetting(2026), defaultCountry: 'DE' };
const firstNames = ['Anna', 'JOSÉ', 'Jürgen', 'Mary Ann', 'Łukasz', 'Zoë', 'John', "D'Angelo"];
const lastNames = ['Smith', 'O’Brien-Smith', 'García', 'Weiß', 'Nowak', 'van der Berg', 'Jones'];
const cities = ['Berlin', 'München', 'New York', 'São Paulo', 'Łódź', 'St. Louis', 'Wien'];
const states = ['New York', 'CA', 'Bayern', 'Île-de-France', 'TX', 'Ontario'];
const countries = ['DE', 'Germany', 'us', 'United States', 'FRA', 'Österreich'];
const phones = [
  (i: number) => `+4915${100_000_000 + i}`,
  (i: number) => `+1 (650) 555-${1000 + (i % 9000)}`,
  (i: number) => `0151 ${10_000_000 + i}`,
  (i: number) => `0033 6 12 34 ${10 + (i % 90)} ${10 + ((i >> 3) % 90)}`,
];

/** The ten keys of one person, as unlike each other as real exports are. */
const values: readonly (readonly [IdentifierKey, (i: number) => string])[] = [
  ['EXTERN_ID', (i) => `C${i}`],
  ['EMAIL', (i) => `${i % 3 === 0 ? 'First.Last' : 'first.last'}${i}@Example.com`],
  ['PHONE', (i) => phones[i % phones.length]?.(i) ?? ''],
  ['LN', (i) => `${lastNames[i % lastNames.length]}${i % 50 === 0 ? ' Jr.' : ''}`],
  ['FN', (i) => firstNames[i % firstNames.length] ?? ''],
  ['GEN', (i) => (i % 2 === 0 ? 'Female' : 'M')],
  ['CT', (i) => cities[i % cities.length] ?? ''],
  ['ST', (i) => states[i % states.length] ?? ''],
  ['ZIP', (i) => String(10_000 + (i % 80_000))],
  ['COUNTRY', (i) => countries[i % countries.length] ?? ''],
];

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

function measure(work: () => void): Measured {
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

/**
 * Seconds per million rows of ten keys: a bare hash loop, ours, where ours goes, and `inspect`. The
 * ratio is of CPU, which a busy machine distorts less.
 *
 *   npm run bench -- identifiers [--people 200000]
 */
export function benchIdentifiers(people: number): void {
  process.stdout.write(
    `per million people with ten keys, measured on ${people.toLocaleString('en')}, Node ${process.version}\n`,
  );
  const raws = values.map(([key, make]) => ({ key, made: column(people, make) }));
  const context = { country: null, setting };
  for (const { key, made } of raws) for (const raw of made.slice(0, 2_000)) hashOf(key, raw);

  function hashOf(key: IdentifierKey, raw: string): string {
    return sent(key, normalise(key, raw, context));
  }

  const bare = measure(() => {
    for (const { made } of raws) for (const raw of made) sha256Hex(raw);
  });
  report('hash alone', bare, people, bare);
  const ours = measure(() => {
    for (let row = 0; row < people; row += 1) {
      for (const { key, made } of raws) hashOf(key, made[row] ?? '');
    }
  });
  report('normalise and hash', ours, people, bare);
  for (const { key, made } of raws) {
    const alone = measure(() => {
      for (const raw of made) normalise(key, raw, context);
    });
    report(`  normalise ${key}`, alone, people, bare);
  }
  const persons = Array.from({ length: people }, (_, row) => personOf(raws, row));
  const counter = coverageCounter(setting);
  const counted = measure(() => {
    for (const person of persons) counter.add(person);
  });
  report('count coverage', counted, people, bare);
}

function column(people: number, make: (i: number) => string): string[] {
  return Array.from({ length: people }, (_, i) => make(i));
}

function sent(key: IdentifierKey, outcome: Outcome): string {
  if (outcome.kind === 'hashed') return outcome.hash;
  if (outcome.kind !== 'value') return '';
  return kindOf(key).hashed ? sha256Hex(outcome.normalised) : outcome.normalised;
}

function personOf(
  raws: readonly { readonly key: IdentifierKey; readonly made: readonly string[] }[],
  row: number,
): RawIdentifiers {
  return Object.fromEntries(
    raws.map(({ key, made }) => [kindOf(key).fields[0] ?? '', made[row] ?? '']),
  );
}

function report(
  name: string,
  { seconds, cpuSeconds }: Measured,
  rows: number,
  bare: Measured,
): void {
  const per = 1e6 / rows;
  const line = [
    name.padEnd(22),
    `${(seconds * per).toFixed(2)} s`.padStart(9),
    `${(cpuSeconds * per).toFixed(2)} s CPU`.padStart(12),
    `${Math.round(rows / seconds).toLocaleString('en')} rows/s`.padStart(18),
    `${(cpuSeconds / bare.cpuSeconds).toFixed(2)} × hash alone`.padStart(18),
  ];
  process.stdout.write(`${line.join(' ')}\n`);
}
