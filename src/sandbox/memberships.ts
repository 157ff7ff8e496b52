import { createHash } from 'node:crypto';
import type { WireUsersResult } from '#meta/wire.ts';
import {
  mustFindAccount,
  mustFindEdge,
  mustNotBeReplacing,
  mustTakePeople,
} from './audience-access.ts';
import { audienceErrors } from './audience-errors.ts';
import {
  type AudienceRecord,
  changeAudienceDetails,
  isCustomerList,
  listAudiences,
  saveRows,
} from './audience-records.ts';
import { isReplacing } from './audience-state.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, jsonParam, textParam } from './graph-request.ts';
import type { AudienceRows } from './held-rows.ts';
import { type Operation, recordOperation } from './operations.ts';
import { dayOf, isRenewing, markDay } from './retention.ts';
import { enterSession, listSessions, readSessionPart, type SessionTotals } from './sessions.ts';
import type { Simulation } from './simulation.ts';
import { readUpload, type Upload } from './upload.ts';
import { wireKeys } from './wire-keys.ts';

export type RowRefusal = (row: readonly unknown[]) => boolean;

/** What an upload did, for the log of requests. */
export interface UploadSeen {
  readonly rows: number;
  readonly invalid: number;
  readonly schema: readonly string[];
  readonly sessionId: string;
}

interface UsersAnswer {
  readonly body: object;
  readonly seen: UploadSeen;
}

/** POST /{audience}/users */
export function addUsers(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
  rejects: RowRefusal,
): UsersAnswer {
  const audience = mustFindEdge(simulation, id, 'post', 'users');
  mustTakePeople(simulation, audience);
  mustNotBeReplacing(simulation, audience);
  const upload = readPayload(simulation, request, rejects);
  mustFitShape(simulation, audience, upload);
  mustFitValues(simulation, audience, upload);
  const session = countIn(simulation, request, 'add', audience, upload);
  forgetReplace(simulation, audience);
  const after = addRows(simulation, audience, audience, upload);
  keepChange(simulation, { audience, after, upload, session, kind: 'add', shownFrom: null });
  return usersResult({ audience_id: id }, upload, session);
}

/** DELETE /{audience}/users. Whether anybody was there is never said. */
export function removeUsers(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
  rejects: RowRefusal,
): UsersAnswer {
  const audience = mustFindEdge(simulation, id, 'delete', 'users');
  mustTakePeople(simulation, audience);
  mustNotBeReplacing(simulation, audience);
  const upload = readPayload(simulation, request, rejects);
  const session = countIn(simulation, request, 'remove', audience, upload);
  const after = simulation.rows.remove(audience, upload.rows);
  const isChanged = isOther(audience, after);
  if (isChanged && after.peopleMatched < simulation.settings().smallestAfterRemoval) {
    throw graphErrors.audienceTooSmall();
  }
  if (isChanged) {
    forgetReplace(simulation, audience);
    keepChange(simulation, { audience, after, upload, session, kind: 'remove', shownFrom: null });
  }
  return usersResult({ audience_id: id }, upload, session);
}

/**
 * DELETE act_X/usersofanyaudience: out of every customer list of the account. Those that may not be
 * changed now (flagged, shared by others, being replaced) are passed over: our choice, nobody says.
 */
export function removeUsersOfAny(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
  rejects: RowRefusal,
): UsersAnswer {
  const account = mustFindAccount(simulation, accountId, 'delete');
  const upload = readPayload(simulation, request, rejects);
  const place = { id: account.id, account: account.id };
  const session = countIn(simulation, request, 'remove', place, upload);
  for (const audience of listAudiences(simulation.state, account.id)) {
    if (!isOpen(simulation, audience)) continue;
    const after = simulation.rows.remove(audience, upload.rows);
    if (!isOther(audience, after)) continue;
    keepChange(simulation, { audience, after, upload, session, kind: 'remove', shownFrom: null });
  }
  const answer = usersResult({ account_id: account.id.replace('act_', '') }, upload, session);
  const isBrief = simulation.settings().removeFromAllAnswers === 'success';
  return isBrief ? { ...answer, body: { success: true } } : answer;
}

/** GET /{audience}/sessions */
export function listAudienceSessions(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): object {
  const audience = mustFindEdge(simulation, id, 'get', 'sessions');
  return listSessions(simulation, audience, textParam(request, 'session_id'));
}

export function readPayload(
  { settings }: Simulation,
  request: GraphRequest,
  rejects: RowRefusal,
): Upload {
  return readUpload(jsonParam(request, 'payload'), rejects, settings());
}

/** Adds what an upload brought to the rows that an audience has, or has left. */
export function addRows(
  simulation: Simulation,
  audience: AudienceRecord,
  rows: AudienceRows,
  upload: Upload,
): AudienceRows {
  const when = { day: dayOf(simulation.clock()), isRenewing: isRenewing(audience) };
  const after = simulation.rows.add(rows, upload.rows, when);
  if (when.isRenewing) markDay(simulation, audience, after.lastRow);
  return after;
}

/** The first upload says what kind of list it is; another kind is refused. */
export function mustFitShape(
  { settings }: Simulation,
  { shape }: AudienceRecord,
  upload: Upload,
): void {
  if (shape !== null && shape !== upload.shape && settings().refusesMixedShapes) {
    throw audienceErrors.mixedShapes(shape, upload.shape);
  }
}

/**
 * Values go to value-based lists, and nothing else does. The guide says only that these have to be
 * filled with LOOKALIKE_VALUE; how Meta refuses the rest is our guess.
 */
function mustFitValues(
  { settings }: Simulation,
  { details }: AudienceRecord,
  upload: Upload,
): void {
  if (!settings().refusesMisplacedValues) return;
  const hasValues = upload.schema.includes('LOOKALIKE_VALUE');
  if (hasValues !== details.isValueBased) throw audienceErrors.misplacedValues(hasValues);
}

/** What an upload has done to one audience. */
interface Change {
  readonly audience: AudienceRecord;
  readonly after: AudienceRows;
  readonly upload: Upload;
  readonly session: SessionTotals;
  readonly kind: Operation['kind'];
  /** When its size is to show, where that is not the usual while. */
  readonly shownFrom: number | null;
}

export function keepChange(simulation: Simulation, change: Change): void {
  const { audience, after, upload, session, kind, shownFrom } = change;
  const isRemoval = kind === 'remove';
  saveRows(simulation, audience, after, {
    shape: isRemoval ? null : upload.shape,
    columns: isRemoval ? 0 : columnBits(upload),
    rows: upload.received,
    invalidPercent: isRemoval ? null : Math.floor((session.invalid * 100) / session.received),
    shownFrom,
  });
  recordOperation(simulation, {
    ...{ account: audience.account, audience: audience.id, kind, schema: upload.schema },
    ...{ sessionId: session.id, received: upload.received, invalid: upload.invalid },
    rows: { before: audience.rowsHeld, after: after.rowsHeld },
    people: { before: audience.peopleMatched, after: after.peopleMatched },
  });
}

function isOpen({ clock }: Simulation, audience: AudienceRecord): boolean {
  const { sharing, flaggedFields } = audience.details;
  const isOurs = isCustomerList(audience) && sharing === null && flaggedFields.length === 0;
  return isOurs && !isReplacing(audience, clock());
}

function isOther(before: AudienceRows, after: AudienceRows): boolean {
  return after.rowsHeld !== before.rowsHeld || after.peopleMatched !== before.peopleMatched;
}

/** An exchange that has ended is over as soon as members change again. */
function forgetReplace({ state }: Simulation, { id, details }: AudienceRecord): void {
  if (details.replace === null) return;
  changeAudienceDetails(state, id, { ...details, replace: null });
}

function countIn(
  simulation: Simulation,
  request: GraphRequest,
  kind: 'add' | 'remove',
  { id, account }: { id: string; account: string },
  upload: Upload,
): SessionTotals {
  const part = readSessionPart(jsonParam(request, 'session'));
  const { received, invalid } = upload;
  if (part === null) return { id: inventedSession(upload), received, invalid };
  return enterSession(simulation, { account, target: id, kind }, part, upload);
}

/**
 * Without a session Meta makes an id up. Recorded: the same for calls of the same schema, across
 * audiences, so it names nothing.
 */
function inventedSession({ schema }: Upload): string {
  const digest = createHash('sha256').update(schema.join()).digest();
  return String(digest.readBigUInt64BE() >> 1n);
}

export function usersResult(owner: object, upload: Upload, session: SessionTotals): UsersAnswer {
  return {
    body: {
      ...owner,
      session_id: session.id,
      num_received: session.received,
      num_invalid_entries: upload.invalid,
      invalid_entry_samples: upload.invalidSamples,
    } satisfies Omit<WireUsersResult, 'audience_id'>,
    seen: {
      rows: upload.received,
      invalid: upload.invalid,
      schema: upload.schema,
      sessionId: session.id,
    },
  };
}

function columnBits({ schema }: Upload): number {
  return schema.reduce((bits, key) => bits | (1 << wireKeys.indexOf(key)), 0);
}
