import type { Column, CompanyFile } from './company.ts';
import type { FileOptions } from './place.ts';

/** The names of the columns in the files; email2 is mapped by hand, beside email. */
const headers: Readonly<Record<Column, string>> = {
  email: 'E-mail',
  email2: 'Second address',
  phone: 'phone_number',
  first: 'First_Name',
  last: 'surname',
  birth: 'date_of_birth',
  city: 'town',
  zip: 'PLZ',
  country: 'country',
  gender: 'sex',
  madid: 'idfa',
  plan: 'plan',
  spent: 'spent',
  joined: 'joined',
  consent: 'opt_in',
};

/** A file as RFC 4180 writes it, with quotes where they are needed. */
export function csvOf({ columns, records }: CompanyFile): string {
  const lines = [
    ['customer_id', ...columns.map((column) => headers[column] ?? column)],
    ...records.map(({ id, cells }) => [
      id,
      ...columns.map((column) => cells.get(column)?.written ?? ''),
    ]),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

/** What goes with it on the command line. */
export function optionsOf({ columns, mirror, country }: CompanyFile): FileOptions {
  const map = columns.includes('email2')
    ? ['email', 'email2'].map((column) => `EMAIL=${headers[column]}`).join(',')
    : undefined;
  return { mirror, map, country: country ?? undefined };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
