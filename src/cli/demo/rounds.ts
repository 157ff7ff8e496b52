import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SampleChange, changeSample } from './sample-change.ts';
import type { SamplePerson } from './_person.ts';
import { sampleCsv, samplePeople } from './sample.ts';

/** Which state of the made-up people a file holds: the first, or that after so many changes. */
export interface Round {
  /** yyyy-mm-dd of the first file: the same day gives the same people again. */
  readonly day: string;
  readonly number: number;
}

const PEOPLE = 20_000;
const SEED = 20_261;
/** Of the people who change between two files. */
const CHANGED_SHARE = 0.01;

function fileNameOf({ day, number }: Round): string {
  return `people-${day}-round-${number}.csv`;
}

/** The round of a file name, or null when it is no file of the demo. */
export function roundOf(fileName: string): Round | null {
  const [, day, number] = /^people-(\d{4}-\d\d-\d\d)-round-(\d+)\.csv$/.exec(fileName) ?? [];
  return day === undefined ? null : { day, number: Number(number) };
}

export interface RoundFile {
  readonly path: string;
  readonly people: number;
  /** What happened to people since the round before; null in the first. */
  readonly changes: Readonly<Record<SampleChange, number>> | null;
}

/** Writes the file of a round into the directory, and takes those of other rounds away. */
export async function writeRound(directory: string, round: Round): Promise<RoundFile> {
  const setting = { seed: SEED, today: round.day };
  let people: readonly SamplePerson[] = samplePeople(setting, PEOPLE);
  let changes: RoundFile['changes'] = null;
  for (let number = 1; number <= round.number; number++) {
    const changed = changeSample(people, setting, { share: CHANGED_SHARE, round: number });
    people = changed.people;
    changes = changed.changes;
  }
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    if (roundOf(name) !== null) await rm(join(directory, name));
  }
  const path = join(directory, fileNameOf(round));
  await writeFile(path, sampleCsv(people));
  return { path, people: people.length, changes };
}
