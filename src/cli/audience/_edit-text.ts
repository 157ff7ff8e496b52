import { count } from '#http/words.ts';
import type { EditReport } from '#sync/by-hand.ts';
import type { WayReport } from '#sync/ways.ts';
import { fields, indent } from '../layout.ts';
import { print, printJson, styled, tell } from '../print.ts';
import type { Session } from '../session.ts';
import { people } from '../words.ts';

const NAMES_SHOWN = 20;

/** What a change by hand did, or would do. */
export function printEdit(session: Session, report: EditReport, json: boolean): void {
  if (json) {
    printJson(session, report);
    return;
  }
  const { audience, dryRun, added, removed, unchanged, refused, keptOut, members, unknown } =
    report;
  const some = (number: number) => (number === 0 ? null : people(number));
  const lines = fields([
    [dryRun ? 'would be added' : 'added', people(added)],
    [dryRun ? 'would be taken out' : 'taken out', people(removed)],
    ['as they were', some(unchanged)],
    ['not added, they said no', some(refused)],
    ['not added, held out or suppressed', some(keptOut)],
    ['not in the database', some(unknown.count)],
    [dryRun ? 'members then' : 'members now', count(members)],
  ]);
  print(session, `${styled(session.terminal.output, 'bold', audience)}\n${indent(lines)}`);
  const names = [...unknown.ids, ...unknown.emails];
  if (names.length > 0) {
    const rest = unknown.count - Math.min(names.length, NAMES_SHOWN);
    const more = rest > 0 ? ` and ${count(rest)} more` : '';
    tell(session, `Not in the database: ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.`);
  }
  if (dryRun) tell(session, 'Nothing was changed: that was a look.');
}

export const wayWords: Readonly<Record<WayReport['way'], string>> = {
  rule: 'by a rule',
  events: 'by events',
  hand: 'by hand',
  automation: 'by its automation',
  scenario: 'by scenarios',
};

/** How an audience is filled from now on, and what that did to its members. */
export function printWay(session: Session, report: WayReport, json: boolean): void {
  if (json) {
    printJson(session, report);
    return;
  }
  const { audience, way, dryRun, joined, left, members } = report;
  const lines = fields([
    [dryRun ? 'would be filled' : 'filled', wayWords[way]],
    [dryRun ? 'would join' : 'joined', people(joined)],
    [dryRun ? 'would leave' : 'left', people(left)],
    [dryRun ? 'members then' : 'members now', count(members)],
  ]);
  print(session, `${styled(session.terminal.output, 'bold', audience)}\n${indent(lines)}`);
  if (dryRun) tell(session, 'Nothing was changed: that was a look.');
}
