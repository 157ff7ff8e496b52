import { refuse } from './admin-input.ts';
import { type Person, populationMax } from './person.ts';
import type { Simulation } from './simulation.ts';

const listedAtOnceMax = 100_000;

/**
 * /_sandbox/people?from=0&limit=1000: made-up people, one a line, whom the network may know; with
 * `format=csv` as a file to import. Whoever was listed once is found by what they have from then on.
 */
export function answerPeople({ population }: Simulation, url: URL): Response {
  const from = wholeNumber(url, 'from', 0);
  const limit = wholeNumber(url, 'limit', 1_000);
  if (from === null || limit === null || from >= populationMax || limit > listedAtOnceMax) {
    return refuse(
      `from is below ${populationMax}, limit at most ${listedAtOnceMax}, both whole numbers`,
    );
  }
  const people = population.listed.list(from, Math.min(populationMax, from + limit));
  const isCsv = url.searchParams.get('format') === 'csv';
  const lines = isCsv ? [csvColumns.join(), ...people.map(csvLine)] : people.map(jsonLine);
  const type = isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  return new Response(lines.map((line) => `${line}\n`).join(''), {
    headers: { 'content-type': type },
  });
}

/** /_sandbox/audiences/ID/people: how many were matched, and which of the listed people. */
export function audiencePeople(
  { rows }: Simulation,
  audience: { number: number; peopleMatched: number },
  url: URL,
): Response {
  const after = wholeNumber(url, 'after', null) ?? -1;
  const limit = wholeNumber(url, 'limit', 1_000) ?? 1_000;
  const { peopleMatched } = audience;
  const { count, people } = rows.people(audience.number, after, Math.min(limit, listedAtOnceMax));
  return Response.json({
    peopleMatched,
    listed: { count, people },
    others: peopleMatched - count,
  });
}

/** Headers that `muster import` understands. */
const csvColumns = [
  ...['customer_id', 'email', 'phone', 'first_name', 'last_name', 'gender', 'date_of_birth'],
  ...['city', 'state', 'zip', 'country', 'madid', 'second_email', 'second_phone'],
];

function csvLine(person: Person): string {
  const { number, emails, phones, firstName, lastNames, gender, birthDate, madid } = person;
  const phone = (at: number) => (phones[at] === undefined ? '' : `+${phones[at].value}`);
  return [
    ...[`p-${number}`, emails[0]?.value ?? '', phone(0), firstName, lastNames[0] ?? '', gender],
    ...[birthDate, person.city, person.state, person.zip, person.country, madid?.value ?? ''],
    ...[emails[1]?.value ?? '', phone(1)],
  ].join();
}

function jsonLine(person: Person): string {
  return JSON.stringify(person);
}

function wholeNumber<T extends number | null>(
  url: URL,
  name: string,
  otherwise: T,
): number | T | null {
  const text = url.searchParams.get(name);
  if (text === null) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
