import { must } from '#domain/errors/assert.ts';
import { readConsent } from '#sources/consent.ts';
import { type Country, countries, phoneCount } from './_countries.ts';
import { messyAddress, writtenPhone } from './_mess.ts';
import {
  countryOf,
  daysBefore,
  emailOf,
  makePerson,
  type SamplePerson,
  type SampleSetting,
} from './_person.ts';
import { below, type Random, randomFrom } from './_random.ts';

/** What happens to people between the first file and the next. */
const sampleChanges = [
  'new e-mail',
  'new phone',
  'moved',
  'bought again',
  'lapsed',
  'unsubscribed',
  'gone',
  'joined',
] as const;

export type SampleChange = (typeof sampleChanges)[number];

/**
 * The people some time later: `share` of them changed, in turn by each of the changes; as many
 * joined as are gone, give or take one. Another `round` changes others. `before` stays as it is.
 */
export function changeSample(
  before: readonly SamplePerson[],
  setting: SampleSetting,
  { share, round }: { share: number; round: number },
): { people: SamplePerson[]; changes: Record<SampleChange, number> } {
  const random = randomFrom(setting.seed, -round);
  const people = new Map(before.entries());
  const untouched = shuffled(random, before.length);
  const changes = Object.fromEntries(sampleChanges.map((change) => [change, 0])) as Record<
    SampleChange,
    number
  >;
  const total = Math.round(share * before.length);
  for (let done = 0; done < total; done += 1) {
    const change = must(sampleChanges[done % sampleChanges.length], 'the changes take turns');
    const index = round * 1_000_000 + done;
    changes[change] += 1;
    if (change === 'joined') {
      const country = countryOf(random);
      const start = { index, country, phoneIndex: lateNumber(country, index) };
      people.set(index, makePerson(setting, random, start));
      continue;
    }
    const at = untouched.findIndex((place) => canChange(people.get(place), change));
    const place = must(untouched.splice(at, 1)[0], 'enough people for every change');
    const person = must(people.get(place), 'nobody is changed twice');
    if (change === 'gone') people.delete(place);
    else people.set(place, { ...person, ...changed(person, change, random, setting, index) });
  }
  return { people: [...people.values()], changes };
}

function shuffled(random: Random, count: number): number[] {
  return Array.from({ length: count }, (_, place) => ({ place, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ place }) => place);
}

function canChange(person: SamplePerson | undefined, change: SampleChange): boolean {
  if (person === undefined) return false;
  if (change === 'new phone') return homeOf(person).phones !== null;
  if (change === 'lapsed') return person.last_order_at !== '';
  if (change === 'unsubscribed') return readConsent(person.marketing_consent).consent !== false;
  return true;
}

/** The cells that change. */
function changed(
  person: SamplePerson,
  change: Exclude<SampleChange, 'gone' | 'joined'>,
  random: Random,
  { today }: SampleSetting,
  index: number,
): Partial<SamplePerson> {
  const home = homeOf(person);
  switch (change) {
    case 'new e-mail':
      return { email: emailOf(random, person.first_name, person.last_name, index) };
    case 'new phone': {
      const phones = must(home.phones, 'only people who can have a phone get a new one');
      return { phone: writtenPhone(random, phones, lateNumber(home, index)) };
    }
    case 'moved':
      return messyAddress(random, home);
    case 'bought again': {
      const spent = Number(person.total_spent) + 15 + below(random, 200);
      const orders = `${Number(person.orders) + 1}`;
      return { last_order_at: today, orders, total_spent: spent.toFixed(2) };
    }
    case 'lapsed':
      // The last order came back, so an older one is the last now.
      return { last_order_at: daysBefore(today, 181 + below(random, 400)) };
    case 'unsubscribed':
      return { marketing_consent: 'no', newsletter: 'false' };
  }
}

function homeOf(person: SamplePerson): Country {
  return must(
    countries.find(({ code }) => code === person.market),
    'every market is a country of the sample',
  );
}

/** Numbers for later people come from the end of what is reserved: the first ones are taken. */
function lateNumber({ phones }: Country, index: number): number {
  const count = phones === null ? 1 : phoneCount(phones);
  return count - 1 - (index % Math.min(count, 1000));
}
