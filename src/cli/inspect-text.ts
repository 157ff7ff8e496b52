import { identifierKeys } from '#domain/identifier-keys.ts';
import { count } from '#http/words.ts';
import type { Example, KeyCoverage, ReasonCount } from '#identifiers/coverage.ts';
import { kindOf } from '#identifiers/kinds.ts';
import type { InspectedColumns, InspectReport } from '#sync/inspect.ts';
import { adviceText } from './_inspect-advice.ts';
import type { InspectOptions } from './inspect.ts';
import { indent, table } from './layout.ts';
import { styled } from './print.ts';
import type { Screen } from './session.ts';
import { counted, people, rows, seconds } from './words.ts';

interface Around {
  readonly seconds: number;
  readonly options: InspectOptions;
}

const linesShown = 15;

/** A coverage report as a page: how many can be matched, by what, what is lost and what to do. */
export function inspectText(screen: Screen, report: InspectReport, around: Around): string {
  const from = report.file ?? `database ${report.database ?? ''}`;
  const took = styled(screen, 'dim', `in ${seconds(around.seconds)}`);
  const head = `${styled(screen, 'bold', people(report.people))} in ${from} ${took}`;
  if (report.people === 0 && report.rejected.length === 0)
    return `${head}\n\nNext: muster import FILE --country DE`;
  const parts: (readonly [string | null, string | null])[] = [
    [null, report.people === 0 ? null : indent(enoughText(report))],
    ['Identifiers', report.people === 0 ? null : identifiersText(report)],
    ['Not usable, and sent to nobody', reasonsText(report.keys, ({ reasons }) => reasons)],
    [
      'Usable, but probably nobody’s or misplaced',
      reasonsText(report.keys, ({ suspicious }) => suspicious),
    ],
    ['Shared by many people', repeatedText(report.keys)],
    ['Rows that an import leaves out', rejectedText(report)],
    ['What would bring more', gainText(report)],
  ];
  const shown = parts
    .filter(([, text]) => text !== null)
    .map(([title, text]) =>
      title === null ? text : `${styled(screen, 'bold', title)}\n${indent(text ?? '')}`,
    );
  return [head, ...shown, `Next: ${nextStep(report, around.options)}`].join('\n\n');
}

function enoughText({ people: all, withExternalIdOnly, withNothing }: InspectReport): string {
  const line = (label: string, value: number, note: string) => [
    label,
    count(value),
    percent(value, all),
    note,
  ];
  return table(
    [],
    [
      line('enough to match', all - withExternalIdOnly - withNothing, ''),
      line('external id alone', withExternalIdOnly, 'sent only where an integration allows it'),
      line('nothing', withNothing, ''),
    ].filter(([, value], i) => i === 0 || value !== '0'),
    [1, 2],
  );
}

function identifiersText({ keys, people: all, columns }: InspectReport): string {
  const fromColumns = columns !== null;
  const lines = keys.map((one) => [
    kindOf(one.key).label,
    ...(fromColumns ? [columnsOf(one.key, columns).join(', ')] : []),
    count(one.usable),
    percent(one.usable, all),
    count(one.missing),
    count(one.unusable),
  ]);
  const head = ['', ...(fromColumns ? ['column'] : []), 'usable', '', 'missing', 'not usable'];
  const right = [0, 1, 2, 3].map((i) => i + (fromColumns ? 2 : 1));
  const absent = identifierKeys.filter((key) => keys.every((one) => one.key !== key));
  const names = absent.map((key) => kindOf(key).label).join(', ');
  return table(head, lines, right) + (absent.length === 0 ? '' : `\n\nNobody has: ${names}`);
}

/** Columns of the file that feed a key. */
function columnsOf(key: KeyCoverage['key'], { id, mapped }: InspectedColumns): string[] {
  if (key === 'EXTERN_ID') return [id];
  const { fields } = kindOf(key);
  const feeding = Object.entries(mapped).filter(([, field]) => fields.some((one) => one === field));
  return feeding.map(([column]) => column);
}

function reasonsText(
  keys: readonly KeyCoverage[],
  of: (key: KeyCoverage) => readonly ReasonCount[],
): string | null {
  const all = keys
    .flatMap((one) => of(one).map((counts) => ({ key: one.key, ...counts })))
    .sort((a, b) => b.count - a.count);
  if (all.length === 0) return null;
  const lines = all.slice(0, linesShown).map(({ key, reason, count: number, examples }) => {
    const { label } = kindOf(key);
    const why = reason.startsWith(`${label}: `) ? reason.slice(label.length + 2) : reason;
    return [label, why, count(number), examples.map(exampleText).join(', ')];
  });
  const text = table(['', 'why', 'people', 'such as'], lines, [2]);
  const more = all.length - lines.length;
  return more === 0 ? text : `${text}\nand ${counted(more, 'reason', 'reasons')} more, with --json`;
}

function exampleText({ shape, line }: Example): string {
  return line === null ? shape : `${shape} (line ${line})`;
}

function repeatedText(keys: readonly KeyCoverage[]): string | null {
  const all = keys.flatMap(({ key, repeated }) => repeated.map((one) => ({ key, ...one })));
  if (all.length === 0) return null;
  const lines = all
    .toSorted((a, b) => b.atLeast - a.atLeast)
    .slice(0, linesShown)
    .map(({ key, value, atLeast, line }) => [
      kindOf(key).label,
      exampleText({ shape: value, line }),
      `at least ${people(atLeast)}`,
    ]);
  return table([], lines, [2]);
}

function rejectedText({ rejected, duplicates }: InspectReport): string | null {
  const lines = rejected
    .slice(0, linesShown)
    .map(({ reason, count: number, line }) => [reason, rows(number), `the first in line ${line}`]);
  if (duplicates > 0) lines.push(['an id that came before', rows(duplicates), '']);
  if (lines.length === 0) return null;
  return table([], lines, [1]);
}

function gainText(report: InspectReport): string | null {
  const { gains, phonesWithoutCountry, columns } = report;
  const hints = (columns?.hints ?? []).map(({ column, key }) => {
    const what = key === 'EMAIL' ? 'e-mail addresses' : 'phones';
    return `Column ${column} looks like ${what}: --map ${quoted(mapOf(report).join(','))}`;
  });
  const countries = table(
    [],
    gains.map(({ defaultCountry, phones }) => [
      `--country ${defaultCountry}`,
      `+${counted(phones, 'phone', 'phones')}`,
    ]),
  );
  const waiting = counted(phonesWithoutCountry, 'phone has', 'phones have');
  const country =
    gains.length === 0
      ? null
      : `${waiting} no country code, and the people no country. If you know where they live:\n${indent(countries)}`;
  const hinted = hints.length === 0 ? null : hints.join('\n');
  const all = [hinted, country, adviceText(report.keys)].filter((text) => text !== null);
  return all.length === 0 ? null : all.join('\n\n');
}

function nextStep(report: InspectReport, options: InspectOptions): string {
  const { file, database, gains } = report;
  const [best] = gains;
  if (file === null) {
    if (best === undefined) return 'muster audience create NAME --rule FILE';
    return `the next import with --country ${best.defaultCountry} reads everybody’s phones anew; try it first: muster inspect --database ${quoted(database ?? '')} --country ${best.defaultCountry}`;
  }
  const hinted = mapOf(report);
  const byHand = options.map?.split(',') ?? [];
  const map = [...new Set([...byHand, ...hinted])].join(',');
  const country = options.country ?? best?.defaultCountry;
  const flags = [
    ...(options.id === undefined ? [] : ['--id', quoted(options.id)]),
    ...(map === '' ? [] : ['--map', quoted(map)]),
    ...(country === undefined ? [] : ['--country', quoted(country)]),
  ];
  const verb = hinted.length > 0 || (best !== undefined && options.country === undefined);
  return ['muster', verb ? 'inspect' : 'import', quoted(file), ...flags].join(' ');
}

/** KEY=COLUMN for the columns that were forgotten, beside those that feed the same key already. */
function mapOf({ columns }: InspectReport): string[] {
  if (columns === null) return [];
  const keys = new Set(columns.hints.map(({ key }) => key));
  return [...keys].flatMap((key) => {
    const taken = columnsOf(key, columns).filter((column) => column !== '');
    const forgotten = columns.hints.filter((hint) => hint.key === key);
    return [...taken, ...forgotten.map(({ column }) => column)].map((name) => `${key}=${name}`);
  });
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replaceAll(/["$`\\]/g, '\\$&')}"`;
}

/** Whole per cent, but never 100 or 0 for what is not all or nothing. */
function percent(part: number, all: number): string {
  if (all === 0) return '';
  const share = (part / all) * 100;
  if (part > 0 && share < 1) return '< 1 %';
  if (part < all && share > 99) return '> 99 %';
  return `${Math.round(share)} %`;
}
