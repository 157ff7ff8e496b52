import type { Country, Phones, Place } from './_countries.ts';
import { below, pick, type Random } from './_random.ts';

// People type as they like and systems export as they like: each function here gives one cell as it
// may be found in a real file. Empty is what somebody left out.

export function messyName(random: Random, name: string): string {
  const dice = random();
  if (dice < 0.04) return '';
  if (dice < 0.043) return pick(random, ['/', '-', '.']);
  if (dice < 0.1) return name.toUpperCase();
  if (dice < 0.16) return name.toLowerCase();
  if (dice < 0.2) return ` ${name.replace(' ', '  ')} `;
  return name;
}

export function messyEmail(random: Random, email: string): string {
  const dice = random();
  if (dice < 0.06) return '';
  if (dice < 0.07) {
    const local = email.slice(0, email.indexOf('@'));
    return pick(random, ['n/a', '-', 'none', `${local}@`, `${local}(at)example.com`, local]);
  }
  if (dice < 0.13) return email.toUpperCase();
  if (dice < 0.2) return email.replace(/^./, (first) => first.toUpperCase());
  if (dice < 0.24) return ` ${email} `;
  return email;
}

const noPhones = ['0000000000', 'n/a', '/', '-', 'unknown', '+', '000'] as const;

/** `index` is the place of the number in what is reserved: as long as it lasts, all differ. */
export function messyPhone(random: Random, phones: Phones | null, index: number): string {
  const dice = random();
  if (phones === null || dice < 0.14) return '';
  if (dice < 0.155) return pick(random, noPhones);
  return writtenPhone(random, phones, index);
}

/** Some way to write a number, for readers in its own country. */
export function writtenPhone(random: Random, phones: Phones, index: number): string {
  const { callingCode, trunk, ranges } = phones;
  const [area, start, digits] = ranges[index % ranges.length] ?? ranges[0];
  const rest = Math.floor(index / ranges.length) % 10 ** digits;
  const number = start + `${rest}`.padStart(digits, '0');
  const halves = `${number.slice(0, 3)}-${number.slice(3)}`;
  const abroad = `+${callingCode} ${area} ${number}`;
  if (trunk === '') {
    return pick(random, [
      abroad,
      `(${area}) ${halves}`,
      `${area}-${halves}`,
      `${area}.${halves.replace('-', '.')}`,
      `1-${area}-${halves}`,
      area + number,
    ]);
  }
  return pick(random, [
    abroad,
    `00${callingCode}${area}${number}`,
    `+${callingCode} (0)${area} ${number}`,
    `0${area} ${halves}`,
    `(0${area}) ${number}`,
    `0${area}/${number}`,
  ]);
}

/** `born` is yyyy-mm-dd. */
export function messyBirthdate(random: Random, born: string, order: Country['dateOrder']): string {
  const dice = random();
  if (dice < 0.2) return '';
  if (dice < 0.21)
    return pick(random, ['0000-00-00', '1985-02-30', '31.04.1979', '2191-05-01', '?']);
  const [year = '', month = '', day = ''] = born.split('-');
  if (dice < 0.6 || order === 'year-first') return born;
  if (order === 'day-dots') return `${day}.${month}.${year}`;
  return order === 'day-slashes' ? `${day}/${month}/${year}` : `${month}/${day}/${year}`;
}

export function messyGender(random: Random, isWoman: boolean): string {
  const dice = random();
  if (dice < 0.15) return '';
  if (dice < 0.155) return pick(random, ['x', 'divers', '?']);
  return isWoman
    ? pick(random, ['f', 'F', 'female', 'Female', 'Frau', 'Mrs.', 'femme'])
    : pick(random, ['m', 'M', 'male', 'Male', 'Herr', 'Mr.', 'homme']);
}

interface Address {
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: string;
}

export function messyAddress(random: Random, country: Country): Address {
  const [city, stateCode, stateName, postcode]: Place = pick(random, country.places);
  const zip = postcode
    .replaceAll('#', () => `${below(random, 10)}`)
    .replaceAll('@', () => 'ABDEFGHJLNPQRSTUWXYZ'.charAt(below(random, 20)));
  const state = pick(random, ['', stateCode, stateCode, stateName, stateName.toLowerCase()]);
  const spelling = random() < 0.7 ? country.code : pick(random, country.spellings);
  return {
    city: random() < 0.08 ? '' : messyPlace(random, city),
    state,
    zip: random() < 0.08 ? '' : messyZip(random, zip, country.code),
    country: random() < 0.03 ? '' : spelling,
  };
}

function messyPlace(random: Random, city: string): string {
  return pick(random, [city, city, city, city.toUpperCase(), city.toLowerCase(), `${city} `]);
}

function messyZip(random: Random, zip: string, countryCode: string): string {
  if (countryCode === 'US' && random() < 0.2) return `${zip}-${1000 + below(random, 9000)}`;
  return pick(random, [zip, zip, zip, zip.toLowerCase(), zip.replace(' ', ''), ` ${zip}`]);
}

export function messyConsent(random: Random): string {
  const dice = random();
  if (dice < 0.2) return '';
  if (dice < 0.3) return pick(random, ['no', 'No', 'FALSE', '0']);
  return pick(random, ['yes', 'yes', 'Yes', 'TRUE', '1']);
}
