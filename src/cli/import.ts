import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { count } from '#http/words.ts';
import { serveLanesOf } from '#sync/consent.ts';
import { receiveFile } from '#sync/receive.ts';
import type { ImportReport } from '#sync/reports.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from './command.ts';
import { readCountry } from './country-option.ts';
import { fields, indent, table } from './layout.ts';
import { print, printJson, styled, tell } from './print.ts';
import { showProgress } from './progress.ts';
import { exitCodes, type Session } from './session.ts';
import { rows, seconds } from './words.ts';

interface ImportOptions extends JsonOption {
  readonly database: string;
  readonly id?: string;
  readonly map?: string;
  readonly country?: string;
  readonly mirror?: true;
  readonly rows?: string;
  readonly dryRun?: true;
  readonly strict?: true;
}

export const importCommand: CommandSpec = {
  describe(command) {
    command
      .argument(
        '<file>',
        'CSV with a header, JSON lines, Parquet or .xlsx; CSV and JSON lines in gzip or zip too',
      )
      .option('--database <name>', 'the database to take them into; made if need be', 'main')
      .option('--id <column>', 'the column that names each person, where its name does not say so')
      .option('--map <key=value,…>', 'values by hand: a column, a fixed text, or made of these')
      .option('--country <code>', 'country of phones, postcodes and states without one; kept')
      .option('--mirror', 'delete the people that the file lacks')
      .option('--rows <n>', 'how many rows the file must have: proof that it is whole')
      .option('--dry-run', 'read and count everything, change nothing')
      .option('--strict', 'exit with 4 when rows were rejected');
    jsonOption(command);
    examples(command, [
      'import people.csv --country DE',
      'import crm.csv --id "Customer no." --map EMAIL=Contact,LN=Surname',
      'import firms.csv --map group=company_id,group.plan=company_plan',
      'import everyone.csv --mirror --rows 120000',
      'import export.parquet --mirror',
      'import people.ndjson.gz --id user_id',
      'import people.csv --dry-run --json',
    ]);
  },

  async run(session, command) {
    const options = command.opts<ImportOptions>();
    const report = await receive(session, command, options);
    if (options.json === true) printJson(session, report);
    else printReport(session, report, command.args[0] ?? '');
    if (!report.dryRun) await sendOptOuts(session, report.database);
    return report.rejected > 0 && options.strict === true ? exitCodes.rowsRejected : exitCodes.done;
  },
};

/** Whoever says no in the file leaves now, without waiting for a run. */
async function sendOptOuts(session: Session, database: string): Promise<void> {
  const { problem, rows: open } = await serveLanesOf(await session.muster(), database);
  if (open === 0) return;
  const why = problem === null ? '' : ` (${problem})`;
  tell(session, `${rows(open)} of people who opted out are still on their way to leave${why}`);
}

async function receive(
  session: Session,
  command: Command,
  options: ImportOptions,
): Promise<ImportReport> {
  const path = resolve(command.args[0] ?? '');
  const file = {
    path,
    database: options.database,
    id: options.id,
    map: options.map,
    country: readCountry(options.country) ?? undefined,
    mirror: options.mirror === true,
    rows: readRows(options.rows),
    dryRun: options.dryRun === true,
    rejectedDirectory: join(session.settings.dataDirectory, 'rejected'),
  };
  await mkdir(file.rejectedDirectory, { recursive: true });
  const muster = await session.muster();
  using progress = showProgress(session.terminal.messages, muster.clock, basename(path));
  return await receiveFile(muster, file, progress.on);
}

function readRows(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new MusterError('USAGE', `--rows “${text}” is not a whole number`);
}

function printReport(session: Session, report: ImportReport, file: string): void {
  const { output } = session.terminal;
  const verb = report.dryRun ? 'would go' : 'went';
  const took = styled(output, 'dim', `in ${seconds(report.seconds)}`);
  const paragraphs = [
    `${styled(output, 'bold', rows(report.rows))} of ${basename(file)} ${verb} into ${report.database} ${took}`,
    indent(fields(countLines(report))),
    columnsText(report),
    unusableText(report),
    idsText(report),
    mirrorText(report),
    nextText(report),
  ];
  print(session, paragraphs.filter((text) => text !== null).join('\n\n'));
}

function countLines(report: ImportReport): [string, string | null][] {
  const some = (value: number) => (value === 0 ? null : count(value));
  return [
    ['created', count(report.created)],
    ['updated', count(report.updated)],
    ['unchanged', count(report.unchanged)],
    ['deleted', some(report.deleted)],
    ['named twice, last row counts', some(report.duplicates)],
    ['rejected', rejectedText(report)],
  ];
}

function rejectedText({ rejected, rejectedFile }: ImportReport): string {
  return rejectedFile === null ? count(rejected) : `${count(rejected)}, listed in ${rejectedFile}`;
}

function columnsText({ mapped, traits, ignored }: ImportReport): string {
  const lines = [
    ...Object.entries(mapped).map(([column, key]) => [
      column,
      /^group(\.|$)/.test(key) ? key : `identifier ${key}`,
    ]),
    ...Object.entries(traits).map(([column, type]) => [column, `trait, ${type}`]),
    ...ignored.map((column) => [column, 'ignored: another column was mapped by hand']),
  ];
  return indent(table(['column', 'taken as'], lines));
}

/** Values that were there and could not be used; the people themselves were taken. */
function unusableText({ unusable, database }: ImportReport): string | null {
  const lines = Object.entries(unusable).flatMap(([key, reasons]) =>
    Object.entries(reasons).map(([reason, number]) => [key, reason, count(number)]),
  );
  if (lines.length === 0) return null;
  const text = indent(table(['values not usable', 'why', 'rows'], lines, [2]));
  const swapped = lines.some(([, reason]) => reason?.endsWith('could be swapped'));
  if (!swapped) return text;
  return `${text}\n\nIf you know how the dates are written: muster database set ${database} --date-order day-first (or month-first)`;
}

function idsText({ idsHashed }: ImportReport): string | null {
  if (idsHashed === 0) return null;
  return `${count(idsHashed)} ids are e-mail addresses or phone numbers. They never leave this machine: Meta gets\ntheir SHA-256 as EXTERN_ID. Better is an id that says nothing: --id COLUMN`;
}

/** What --mirror did not do. */
function mirrorText({ mirrorSkipped }: ImportReport): string | null {
  if (!mirrorSkipped) return null;
  return 'Nobody was deleted, though --mirror was given: a row that could not be read may be anybody’s.\nMend the rejected rows and import the file again.';
}

function nextText({ dryRun, database }: ImportReport): string {
  if (dryRun) return 'Nothing was changed. Next: the same without --dry-run';
  const flag = database === 'main' ? '' : ` --database ${database}`;
  return `Next: muster audience create NAME --rule FILE${flag}`;
}
