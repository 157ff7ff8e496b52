import { noConsentText } from './consent-text.ts';
import { count, moment } from '#http/words.ts';
import type { PlanReport, SyncReport } from '#sync/reports.ts';
import { fields, indent } from './layout.ts';
import { print, printJson, type Style, styled } from './print.ts';
import { type ExitCode, exitCodes, type Screen, type Session } from './session.ts';
import { bytes, people, quoted, requests, rows, seconds } from './words.ts';

/** How a run ends for the shell; `strict` makes one more of rejected rows and bad values. */
export function exitCodeOf(report: SyncReport, strict: boolean): ExitCode {
  if (report.state === 'failed' || report.state === 'cancelled') return exitCodes.failed;
  if (report.state === 'held') return exitCodes.held;
  if (report.state === 'waiting') return exitCodes.waiting;
  const someRejected = report.rejected + report.badRequests > 0;
  return strict && someRejected ? exitCodes.rowsRejected : exitCodes.done;
}

/** Of several runs the one that somebody has to look at first. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const { failed, held, waiting, rowsRejected } = exitCodes;
  return [failed, held, waiting, rowsRejected].find((code) => codes.includes(code)) ?? 0;
}

/** A run that has ended, and its exit code. */
export function printReport(
  session: Session,
  report: SyncReport,
  { json, strict = false }: { readonly json: boolean; readonly strict?: boolean },
): ExitCode {
  if (json) printJson(session, report);
  else print(session, runText(session.terminal.output, report));
  return exitCodeOf(report, strict);
}

/** What a run did, what Meta said to it, and what is left. */
export function runText(screen: Screen, report: SyncReport): string {
  const { word, style } = endingOf(report);
  const spoilt = report.state === 'partial' && report.rejected + report.unknown === 0;
  const ended = styled(screen, style, spoilt ? 'done, some values cannot be used' : word);
  const head = `${styled(screen, 'bold', report.audience)}  ${ended}`;
  const took = styled(screen, 'dim', `run ${report.runId}, ${seconds(report.seconds)}`);
  const lines = fields([
    ['members', count(report.members)],
    ['Meta audience', report.metaAudienceId],
    ['added', report.added === 0 ? null : people(report.added)],
    ['removed', report.removed === 0 ? null : people(report.removed)],
    ['sent', report.requestsUsed === 0 ? 'nothing' : requests(report.requestsUsed)],
    ['accepted', report.accepted === 0 ? null : rows(report.accepted)],
    ['of those, told long ago', report.swept === 0 ? null : rows(report.swept)],
    ['rejected', report.rejected === 0 ? null : rejectedText(report)],
    ['Bad Request', report.badRequests === 0 ? null : badRequestText(report)],
    ['not certain', report.unknown === 0 ? null : rows(report.unknown)],
    ['moot by now', report.moot === 0 ? null : rows(report.moot)],
    ...heldBackLines(report),
    ['waiting', waitingText(report)],
  ]);
  return [`${head}  ${took}`, indent(lines), nextText(report)].filter(Boolean).join('\n');
}

export function printPlan(session: Session, report: PlanReport, json: boolean): ExitCode {
  if (json) printJson(session, report);
  else print(session, planText(session.terminal.output, report));
  return exitCodes.done;
}

/** What would be done, and whether it is safe. */
function planText(screen: Screen, report: PlanReport): string {
  const { guard } = report;
  const lines = fields([
    ['adds', people(report.adds)],
    ['removes', people(report.removes)],
    ['updates', report.updates === 0 ? null : people(report.updates)],
    ['said again', report.repeats === 0 ? null : rows(report.repeats)],
    ['said again, told long ago', report.swept === 0 ? null : rows(report.swept)],
    ['to send', `${requests(report.requests)}, ${bytes(report.bytes)}`],
    ['at Meta now', guard.atMeta === 0 ? null : people(guard.atMeta)],
    ['at Meta then', report.remaining === null ? null : people(report.remaining)],
    ...heldBackLines(report),
    ['waiting', waitingText(report)],
    ['guard', guard.verdict === 'pass' ? 'passes' : `holds: ${guard.reasons.join('; ')}`],
    ['second person', report.approval.needed ? 'is asked first' : null],
    ['may be refused', report.mayBeRefused.length === 0 ? null : report.mayBeRefused.join('; ')],
    ['checksum', report.checksum],
  ]);
  const head = `${styled(screen, 'bold', report.audience)}  ${styled(screen, 'cyan', 'plan, nothing sent')}`;
  return `${head}\n${indent(lines)}\n\n${planNext(report)}`;
}

function endingOf({ state, error }: SyncReport): { word: string; style: Style } {
  const isForSecond = state === 'held' && error !== null;
  return isForSecond ? { word: 'waits for a second person', style: 'yellow' } : endings[state];
}

const endings: Readonly<Record<SyncReport['state'], { word: string; style: Style }>> = {
  succeeded: { word: 'up to date', style: 'green' },
  partial: { word: 'done, some rows were not taken', style: 'yellow' },
  waiting: { word: 'rows wait', style: 'yellow' },
  held: { word: 'removals are held', style: 'yellow' },
  failed: { word: 'failed', style: 'red' },
  cancelled: { word: 'cancelled', style: 'yellow' },
};

function heldBackLines({ heldBack }: PlanReport): [string, string | null][] {
  const { notEnoughIdentifiers, badRequest, noValue } = heldBack;
  return [
    ['held back, no consent', noConsentText(heldBack)],
    [
      'held back, not enough to match by',
      notEnoughIdentifiers === 0 ? null : people(notEnoughIdentifiers),
    ],
    ['held back, no lookalike value', noValue === 0 ? null : people(noValue)],
    ['values left out, Bad Request', badRequest === 0 ? null : people(badRequest)],
  ];
}

function rejectedText({ rejected, rejectedBy }: SyncReport): string {
  const reasons = Object.entries(rejectedBy).map(
    ([reason, number]) => `${reason}: ${count(number)}`,
  );
  return [rows(rejected), ...reasons].join('; ');
}

/** Whose values could not be used in the rows of this run, and why. */
function badRequestText({ badRequests, badRequestsBy }: SyncReport): string {
  const reasons = Object.entries(badRequestsBy).map(([why, number]) => `${why}: ${count(number)}`);
  return [people(badRequests), ...reasons].join('; ');
}

function waitingText({ waiting, waitingUntil }: PlanReport): string | null {
  if (waiting === 0) return null;
  return waitingUntil === null
    ? rows(waiting)
    : `${rows(waiting)} until ${moment(new Date(waitingUntil))}`;
}

function nextText(report: SyncReport): string {
  if (report.error !== null) {
    const message = report.error.message.replace(/\.$/, '');
    return `\n${report.error.code}: ${message}.\nNext: ${report.error.next}`;
  }
  if (report.state === 'held') {
    const why = report.guard.reasons.join('; ');
    const rest = report.guard.holds === 'time' ? 'Everything else went; those' : 'Additions went;';
    return `\nHeld: ${why}. ${rest} removals wait for somebody.\nNext: muster plan ${quoted(report.audience)}, then muster release ${report.runId} --by YOUR_NAME`;
  }
  if (report.state === 'waiting') {
    return `\nWhat waits is safe. Next: muster sync ${quoted(report.audience)} after that time, or with --wait`;
  }
  if (report.state === 'partial') {
    return `\nWho, which field and why: muster audience rejected ${quoted(report.audience)}`;
  }
  return '';
}

function planNext(report: PlanReport): string {
  const { adds, removes, updates, repeats, checksum, guard } = report;
  if (adds + removes + updates + repeats === 0) return 'Nothing to do.';
  if (report.approval.needed) {
    return `A second person would be asked first. Next: muster sync ${quoted(report.audience)}, then muster approve RUN --by ADDRESS`;
  }
  if (guard.verdict === 'hold') {
    const which = guard.holds === 'time' ? 'Removals that time alone causes' : 'The removals';
    return `${which} would be held (${people(guard.held)}). Next: muster sync ${quoted(report.audience)}, which sends the rest`;
  }
  return `Next: muster apply ${checksum}`;
}
