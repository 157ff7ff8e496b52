import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

const firstNames = [
  'Anna',
  'Béla',
  'José',
  'Jürgen',
  'Søren',
  'Zoë',
  'Mary',
  'John',
  'Łukasz',
  'Ana',
];
const lastNames = ['Smith', "O'Brien", 'García', 'Weiß', 'Nowak', 'de Vries', 'Jones', 'Brown'];
const cities = ['Berlin', 'München', 'New York', 'Paris', 'Lyon', 'Madrid', 'Roma', 'Łódź', 'Wien'];
const countries = ['DE', 'FR', 'US', 'ES', 'IT', 'PL', 'AT', 'GB'];

/** Ten identifiers (External ID apart) and three traits: what a shop's export looks like. */
export const peopleHeader =
  'customer_id,email,phone,first_name,last_name,birthdate,city,zip,country,plan,total_spent,last_order_at';

/**
 * Person number `i`. E-mails and phones are everybody's own; names come from a few thousand, as they
 * do; `round` moves the e-mail of the person and what they spent.
 */
export function personLine(i: number, round = 0): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const name = `${firstNames[i % 10]}${i % 997 === 0 ? '' : ` ${firstNames[(i * 3) % 10]}`}`;
  return [
    `C${i}`,
    `${i % 5 === 0 ? 'User' : 'user'}.${i}${round === 0 ? '' : `.${round}`}@example.com`,
    `+4915${100_000_000 + i}`,
    name,
    `${lastNames[(i * 7) % 8]}${lastNames[(i >> 3) % 8]?.toLowerCase()}`,
    `${1950 + (i % 55)}-${two(1 + (i % 12))}-${two(1 + (i % 28))}`,
    cities[i % 9],
    10_000 + (i % 80_000),
    countries[i % 8],
    ['gold', 'silver', 'free'][i % 3],
    (((i * 37) % 10_000) / 10 + round).toFixed(2),
    `2026-${two(1 + (i % 11))}-${two(1 + (i % 28))}`,
  ].join(',');
}

/** Writes people `from` to `to` (exclusive, by steps) as a CSV file. */
export async function writePeople(
  path: string,
  people: { count: number; step?: number; round?: number },
): Promise<void> {
  const file = createWriteStream(path);
  let lines = `${peopleHeader}\n`;
  for (let i = 0; i < people.count; i += people.step ?? 1) {
    lines += `${personLine(i, people.round ?? 0)}\n`;
    if (lines.length < 1 << 20) continue;
    if (!file.write(lines)) await once(file, 'drain');
    lines = '';
  }
  file.end(lines);
  await finished(file);
}
