import { CountryTrial, type Gain } from '#identifiers/country-trial.ts';
import { type Coverage, coverageCounter } from '#identifiers/coverage.ts';
import type { RawIdentifiers } from '#domain/identifier-keys.ts';
import { recordReader } from '#profiles/records.ts';
import { type RowRules, settingOf } from '#profiles/row-version.ts';
import { type ColumnPlan, planColumns } from '#sources/columns.ts';
import { columnDeriver } from '#sources/derived.ts';
import { openFile } from '#sources/file.ts';
import type { RecordSource } from '#sources/record-source.ts';
import { findDatabase } from '#store/databases.ts';
import { profilePages } from '#store/profiles.ts';
import { ColumnHints, type ColumnHint } from './_column-hints.ts';
import { SeenIds } from './_seen-ids.ts';
import type { Muster, OnProgress } from './muster.ts';

export interface FileToInspect {
  readonly path: string;
  readonly id?: string | undefined;
  readonly map?: string | undefined;
  /** Default country, alpha-2 in capitals; null: none. */
  readonly country: string | null;
  readonly normalising: RowRules['normalising'];
}

/** What `muster inspect --json` prints. */
export interface InspectReport extends Coverage {
  /** One of the two is null. */
  readonly file: string | null;
  readonly database: string | null;
  readonly defaultCountry: string | null;
  /** What a default country would bring, where there is none. */
  readonly gains: readonly Gain[];
  /** Of a file: what its columns are for. */
  readonly columns: InspectedColumns | null;
  /** Rows of a file whose id stood in an earlier row; one row of each person is looked at. */
  readonly duplicates: number;
  /** Rows of a file that an import would leave out; they are not among the people. */
  readonly rejected: readonly RejectedRows[];
}

export interface InspectedColumns {
  readonly id: string;
  /** Column → the identifier it feeds. */
  readonly mapped: Readonly<Record<string, string>>;
  readonly others: readonly string[];
  /** Others that hold identifiers by the look of them. */
  readonly hints: readonly ColumnHint[];
}

interface RejectedRows {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly line: number;
}

/** One person, and the line they stand on in a file. */
interface Inspected {
  readonly raw: RawIdentifiers;
  readonly line: number | null;
}

/** Says what an import of this file could send. Reads it once or twice, and changes nothing. */
export async function inspectFile(
  file: FileToInspect,
  currentYear: number,
  onProgress: OnProgress,
): Promise<InspectReport> {
  const source = await openFile(file.path);
  const plan = planColumns(source.header, { id: file.id, map: file.map });
  const rejected = new Map<string, RejectedRows>();
  const ids = new SeenIds();
  const hints = new ColumnHints(plan.traits, currentYear);
  const first = { source, plan, hints, rejected, ids, onProgress };
  const again = { source, plan, hints: null, rejected: null, ids: new SeenIds(), onProgress };
  const passes = { first: () => peopleOfFile(first), again: () => peopleOfFile(again) };
  const rules = { defaultCountry: file.country, normalising: file.normalising };
  const covered = await cover(passes, rules, currentYear);
  return {
    file: file.path,
    database: null,
    ...covered,
    columns: columnsOf(source, plan, hints),
    duplicates: ids.repeated,
    rejected: [...rejected.values()].sort((a, b) => b.count - a.count || a.line - b.line),
  };
}

/**
 * Says what the people of a database could be matched by; `tried` are rules to try in place of its own.
 * @throws MusterError DATABASE_UNKNOWN
 */
export async function inspectDatabase(
  muster: Muster,
  name: string,
  tried: { readonly country: string | null; readonly normalising: RowRules['normalising'] },
  onProgress: OnProgress,
): Promise<InspectReport> {
  const database = await findDatabase(muster.store, name);
  const people = () => peopleOfDatabase(muster, database.id, onProgress);
  const covered = await cover(
    { first: people, again: people },
    {
      defaultCountry: tried.country ?? database.defaultCountry,
      normalising: { ...database.normalising, ...tried.normalising },
    },
    new Date(muster.clock()).getUTCFullYear(),
  );
  return {
    file: null,
    database: database.name,
    ...covered,
    columns: null,
    duplicates: 0,
    rejected: [],
  };
}

interface Passes {
  readonly first: () => AsyncIterable<readonly Inspected[]>;
  readonly again: () => AsyncIterable<readonly Inspected[]>;
}

/** One look at everybody, and a second one at their phones if a default country would help. */
async function cover(
  passes: Passes,
  rules: RowRules,
  currentYear: number,
): Promise<Coverage & Pick<InspectReport, 'defaultCountry' | 'gains'>> {
  const setting = settingOf(rules, currentYear);
  const { defaultCountry } = rules;
  const counter = coverageCounter(setting);
  for await (const some of passes.first()) {
    for (const { raw, line } of some) counter.add(raw, line);
  }
  const coverage = counter.report();
  if (coverage.phonesWithoutCountry === 0) return { ...coverage, defaultCountry, gains: [] };
  const trial = new CountryTrial(setting, counter.likelyCountries());
  for await (const some of passes.again()) {
    for (const { raw } of some) trial.add(raw);
  }
  return { ...coverage, defaultCountry, gains: trial.report() };
}

interface Reading {
  readonly source: RecordSource;
  readonly plan: ColumnPlan;
  /** Null on a second look. */
  readonly hints: ColumnHints | null;
  readonly rejected: Map<string, RejectedRows> | null;
  readonly ids: SeenIds;
  readonly onProgress: OnProgress;
}

async function* peopleOfFile(reading: Reading): AsyncGenerator<readonly Inspected[]> {
  const { source, plan, hints, rejected, ids, onProgress } = reading;
  const read = recordReader(plan);
  // What a mapping refuses is named by the import; here it is a value that nobody has.
  const derive = columnDeriver(source.header, plan, () => {});
  const reject = (line: number, fault: string): void => {
    if (rejected === null) return;
    // Those over several lines say which, and each would be a reason of its own.
    const reason = fault.replace(/ \(lines .*\)$/, '');
    const known = rejected.get(reason);
    rejected.set(reason, { line, ...known, reason, count: (known?.count ?? 0) + 1 });
  };
  for await (const batch of source.batches()) {
    for (const { line, reason } of batch.rejected) reject(line, reason);
    const some: Inspected[] = [];
    for (const [i, cells] of batch.rows.entries()) {
      const line = batch.lines[i] ?? 0;
      const externalId = cells[plan.idColumn] ?? '';
      hints?.add(cells);
      if (externalId.trim() === '') reject(line, 'no id');
      else if (!ids.isRepeated(externalId))
        some.push({ raw: { ...read(derive(cells)).identifiers, externalId }, line });
    }
    yield some;
    onProgress({ step: 'read', done: batch.done, total: source.total, unit: source.unit });
  }
}

async function* peopleOfDatabase(
  { store }: Muster,
  databaseId: number,
  onProgress: OnProgress,
): AsyncGenerator<readonly Inspected[]> {
  let done = 0;
  for await (const page of profilePages(store, databaseId)) {
    yield page.map(({ identifiers, externalId }) => ({
      raw: { ...identifiers, externalId },
      line: null,
    }));
    done += page.length;
    onProgress({ step: 'profiles', done, total: null, unit: 'rows' });
  }
}

function columnsOf(source: RecordSource, plan: ColumnPlan, hints: ColumnHints): InspectedColumns {
  return {
    id: source.header[plan.idColumn] ?? '',
    mapped: Object.fromEntries(plan.fields.map(({ header, field }) => [header, field])),
    others: [...plan.consent, ...plan.categories, ...plan.traits, ...plan.ignored].map(
      ({ header }) => header,
    ),
    hints: hints.report(),
  };
}
