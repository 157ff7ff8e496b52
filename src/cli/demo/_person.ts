import { type Country, countries } from './_countries.ts';
import {
  messyAddress,
  messyBirthdate,
  messyConsent,
  messyEmail,
  messyGender,
  messyName,
  messyPhone,
} from './_mess.ts';
import { below, pick, type Random } from './_random.ts';

/** Columns of the sample file, in its order. */
export const sampleColumns = [
  'customer_id',
  'email',
  'phone',
  'first_name',
  'last_name',
  'birthdate',
  'gender',
  'city',
  'state',
  'zip',
  'country',
  'marketing_consent',
  'market',
  'plan',
  'last_order_at',
  'orders',
  'total_spent',
  'newsletter',
] as const;

/**
 * One made-up person as a row of the file. Identifiers are as messy as in life; the traits that
 * rules ask for are clean: `market` is the shop's country code, `last_order_at` a date, blank for
 * whoever never bought.
 */
export type SamplePerson = Record<(typeof sampleColumns)[number], string>;

export interface SampleSetting {
  /** The same seed and day give the same people. */
  readonly seed: number;
  /** yyyy-mm-dd; orders and births lie before it. */
  readonly today: string;
}

export function countryOf(random: Random): Country {
  let dice = below(random, 1000);
  for (const country of countries) {
    if (dice < country.share) return country;
    dice -= country.share;
  }
  return countries[0];
}

interface PersonStart {
  /** Makes the id and the e-mail address unique. */
  readonly index: number;
  readonly country: Country;
  readonly phoneIndex: number;
}

export function makePerson(
  setting: SampleSetting,
  random: Random,
  start: PersonStart,
): SamplePerson {
  const { country, index, phoneIndex } = start;
  const isWoman = random() < 0.52;
  const first = pick(random, isWoman ? country.women : country.men);
  const last = pick(random, country.surnames);
  const ageDays = Math.floor(365.25 * (18 + random() * 67));
  const orders = random() < 0.7 ? 1 + below(random, 3) * below(random, 4) : 0;
  const lastOrderDaysAgo = 1 + Math.floor(-160 * Math.log(1 - random()));
  const spentCents = orders * (1500 + below(random, 20_000));
  return {
    customer_id: `C-${100_000 + index}`,
    email: messyEmail(random, emailOf(random, first, last, index)),
    phone: messyPhone(random, country.phones, phoneIndex),
    first_name: messyName(random, first),
    last_name: messyName(random, last),
    birthdate: messyBirthdate(random, daysBefore(setting.today, ageDays), country.dateOrder),
    gender: messyGender(random, isWoman),
    ...messyAddress(random, country),
    marketing_consent: messyConsent(random),
    market: country.code,
    plan: pick(random, ['free', 'free', 'free', 'silver', 'silver', 'gold']),
    last_order_at: orders === 0 ? '' : daysBefore(setting.today, lastOrderDaysAgo),
    orders: `${orders}`,
    total_spent: (spentCents / 100).toFixed(2),
    newsletter: `${random() < 0.45}`,
  };
}

/** Names reserved by RFC 2606: no mail to them reaches anybody. */
const mailDomains = ['example.com', 'example.org', 'example.net'] as const;

export function emailOf(random: Random, first: string, last: string, index: number): string {
  const ascii = (name: string): string =>
    name
      .toLowerCase()
      .normalize('NFD')
      .replaceAll(/[^a-z]/g, '');
  const tag = random() < 0.03 ? '+shop' : '';
  return `${ascii(first)}.${ascii(last)}${index}${tag}@${pick(random, mailDomains)}`;
}

/** One of a family: same address and phone, sometimes the same mailbox. */
export function joinHousehold(
  random: Random,
  person: SamplePerson,
  head: SamplePerson,
): SamplePerson {
  const { last_name, phone, city, state, zip, country, market } = head;
  const email = random() < 0.25 ? head.email : person.email;
  return { ...person, email, last_name, phone, city, state, zip, country, market };
}

export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}
