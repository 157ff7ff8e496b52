import { count } from '#http/words.ts';
import type { ImportReport, SyncReport } from '#sync/reports.ts';
import { indent, table } from '../layout.ts';
import { styled } from '../print.ts';
import type { Screen } from '../session.ts';
import { counted, people, requests, rows, seconds } from '../words.ts';
import { demoAudiences } from './audiences.ts';
import type { SampleChange } from './sample-change.ts';

/** What `demo --json` prints. Everything about Meta in it is the sandbox's. */
export interface DemoSummary {
  readonly sandbox: true;
  /** In the last file. */
  readonly people: number;
  /** How often people were changed since the first file. */
  readonly round: number;
  readonly audiences: readonly AudienceResult[];
  readonly stages: readonly [StageResult, StageResult];
  readonly sandboxUrl: string;
  readonly file: string;
  readonly seconds: number;
}

/** One audience over both syncs. */
export interface AudienceResult {
  readonly name: string;
  readonly title: string;
  readonly metaAudienceId: string;
  readonly state: SyncReport['state'];
  /** People. */
  readonly members: number;
  readonly heldBack: SyncReport['heldBack'];
  readonly added: number;
  readonly removed: number;
  /** Rows. */
  readonly sent: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  readonly requests: number;
  /** As the sandbox says; null when it did not answer. */
  readonly rowsHeld: number | null;
  readonly matched: number | null;
}

export interface StageResult {
  /** Null where an earlier demo has taken the people in. */
  readonly import: ImportReport | null;
  readonly changes: Readonly<Record<SampleChange, number>> | null;
  readonly runs: readonly SyncReport[];
  /** Of the sync. */
  readonly seconds: number;
}

/** The summary as a stranger meets it: what was there, what was sent, what came of it. */
export function summaryText(screen: Screen, summary: DemoSummary): string {
  const [first, second] = summary.stages;
  const title = (text: string) => styled(screen, 'bold', text);
  const parts = [
    `${title('Muster demo')}  ${styled(screen, 'yellow', 'made-up people, simulated Meta: every figure below is from the sandbox')}`,
    first.import === null
      ? `${title('Going on')} from the last demo: ${counted(summary.round - 1, 'round', 'rounds')} of changes so far`
      : `${title('Imported')} ${importLine(first.import)}\n${indent(unusableText(first.import))}`,
    `${title(first.import === null ? 'Sync before the change' : 'First sync')}: ${syncLine(first)}${stageText(first)}`,
    `${title('Changed 1 %')}: ${changeText(second)}`,
    `${title('Second sync')}, the difference only: ${syncLine(second)}${stageText(second)}`,
    `${title('At the simulated Meta now')}\n${indent(resultTable(summary))}`,
    rejectedText(summary),
    `${title(totalLine(summary))}\n${styled(screen, 'dim', honesty)}`,
    `${title('With your own people')}\n${indent(nextCommands)}`,
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

const honesty = `The sandbox matches most of the made-up people by rules of its own. That says nothing about match
rates at Meta, which nobody can promise.`;

const nextCommands = `$ muster import FILE.csv --country DE
$ muster sandbox                 in another terminal, unless the demo still runs
$ muster connect --sandbox
$ muster audience create NAME --rule RULE.json
$ muster sync NAME`;

function importLine(report: ImportReport): string {
  const all = report.created + report.updated + report.unchanged;
  return `${people(all)} in ${seconds(report.seconds)}; ${rows(report.rejected)} rejected`;
}

function totalLine({ audiences, seconds: took }: DemoSummary): string {
  const sum = (number: (audience: AudienceResult) => number) =>
    audiences.reduce((total, audience) => total + number(audience), 0);
  return [
    `${rows(sum(({ sent }) => sent))} sent`,
    `${count(sum(({ accepted }) => accepted))} accepted`,
    `${count(sum(({ rejected }) => rejected))} rejected`,
    requests(sum(({ requests: used }) => used)),
    seconds(took),
  ].join(' · ');
}

const REASONS_SHOWN = 6;

/** Values that were there and could not be used; their people were taken in without them. */
function unusableText({ unusable }: ImportReport): string {
  // A date that cannot be read leaves out year, month and day: one reason, counted once.
  const peopleBy = new Map<string, number>();
  for (const [reason, number] of Object.values(unusable).flatMap((by) => Object.entries(by))) {
    peopleBy.set(reason, Math.max(number, peopleBy.get(reason) ?? 0));
  }
  const reasons = [...peopleBy].toSorted((a, b) => b[1] - a[1]);
  if (reasons.length === 0) return 'Every value could be used.';
  const lines = reasons.slice(0, REASONS_SHOWN).map(([reason, number]) => [count(number), reason]);
  const others = reasons.length - lines.length;
  if (others > 0) lines.push(['', `and ${counted(others, 'other reason', 'other reasons')}`]);
  return `Values that can match nobody were left out, by people:\n${indent(table([], lines, [0]))}`;
}

function syncLine({ runs, seconds: took }: StageResult): string {
  const used = runs.reduce((sum, run) => sum + run.requestsUsed, 0);
  const sent = runs.reduce((sum, run) => sum + run.accepted + run.rejected, 0);
  if (used === 0) return 'nothing had changed, so nothing was sent';
  return `${rows(sent)} in ${requests(used)}, ${seconds(took)}`;
}

function stageText({ runs }: StageResult): string {
  if (runs.every(({ requestsUsed }) => requestsUsed === 0)) return '';
  const head = ['audience', 'members', 'added', 'removed', 'rows accepted', 'rejected', 'requests'];
  const lines = runs.map((run, i) => [
    demoAudiences[i]?.title ?? run.audience,
    ...[run.members, run.added, run.removed, run.accepted, run.rejected, run.requestsUsed].map(
      count,
    ),
  ]);
  return `\n${indent(table(head, lines, [1, 2, 3, 4, 5, 6]))}`;
}

function changeText({ changes, import: report }: StageResult): string {
  const kinds = Object.entries(changes ?? {}).map(
    ([change, number]) => `${count(number)} ${change}`,
  );
  const total = Object.values(changes ?? {}).reduce((sum, number) => sum + number, 0);
  const took = report === null ? '' : `, imported in ${seconds(report.seconds)}`;
  return `${people(total)}${took}\n${indent(kinds.join(' · '))}`;
}

function resultTable({ audiences }: DemoSummary): string {
  const shown = (number: number | null) => (number === null ? 'no answer' : count(number));
  const lines = audiences.map((audience) => [
    audience.title,
    count(audience.members),
    count(audience.heldBack.noConsent),
    count(audience.heldBack.notEnoughIdentifiers),
    shown(audience.rowsHeld),
    shown(audience.matched),
  ]);
  const head = ['audience', 'members', 'no consent', 'not enough to match', 'rows held', 'matched'];
  return table(head, lines, [1, 2, 3, 4, 5]);
}

function rejectedText({ audiences }: DemoSummary): string | null {
  const lines = audiences.flatMap(({ title, rejectedBy }) =>
    Object.entries(rejectedBy).map(([reason, number]) => [title, count(number), reason]),
  );
  if (lines.length === 0) return null;
  return `Rejected by the sandbox, and why\n${indent(table(['audience', 'rows', 'reason'], lines, [1]))}`;
}
