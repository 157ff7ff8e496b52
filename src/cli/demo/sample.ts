import { csvLine } from '#sources/csv-line.ts';
import type { Country } from './_countries.ts';
import {
  countryOf,
  joinHousehold,
  makePerson,
  sampleColumns,
  type SamplePerson,
  type SampleSetting,
} from './_person.ts';
import { randomFrom } from './_random.ts';

/** Made-up people, deterministic; more or fewer of them leave the first ones as they are. */
export function samplePeople(setting: SampleSetting, count: number): SamplePerson[] {
  const people: SamplePerson[] = [];
  const phonesUsed = new Map<Country, number>();
  for (let index = 0; index < count; index += 1) {
    const random = randomFrom(setting.seed, index);
    const country = countryOf(random);
    const phoneIndex = phonesUsed.get(country) ?? 0;
    phonesUsed.set(country, phoneIndex + 1);
    const person = makePerson(setting, random, { index, country, phoneIndex });
    const neighbour = people.at(-1);
    const isFamily = neighbour !== undefined && random() < 0.02;
    people.push(isFamily ? joinHousehold(random, person, neighbour) : person);
  }
  return people;
}

/** As a CSV file with a header. */
export function sampleCsv(people: readonly SamplePerson[]): string {
  const rows = people.map((person) => csvLine(sampleColumns.map((column) => person[column])));
  return csvLine(sampleColumns) + rows.join('');
}
