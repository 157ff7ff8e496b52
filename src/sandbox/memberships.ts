import { createHash } from 'node:crypto';
import type { WireUsersResult } from '#meta/wire.ts';
import { type AudienceRecord, listAudiences, saveRows } from './audience-records.ts';
import { mustFindAccount, mustFindAudience, mustHaveTerms } from './audiences.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, jsonParam, textParam } from './graph-request.ts';
import { enterSession, listSessions, readSessionPart } from './sessions.ts';
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

/** POST /{audience}/users */
export function addUsers(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
  rejects: RowRefusal,
): { body: object; seen: UploadSeen } {
  const audience = mustFindAudience(simulation, id, 'post');
  mustHaveTerms(simulation, audience.account);
  const upload = readUpload(jsonParam(request, 'payload'), rejects);
  if (audience.shape !== null && audience.shape !== upload.shape) {
    throw graphErrors.mixedShapes(audience.shape, upload.shape);
  }
  const session = countIn(simulation, request, 'add', audience, upload);
  saveRows(simulation, audience, simulation.rows.add(audience, upload.rows), {
    shape: upload.shape,
    columns: columnBits(upload),
  });
  return result({ audience_id: id }, upload, session);
}

/** DELETE /{audience}/users. Whether anybody was there is never said. */
export function removeUsers(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
  rejects: RowRefusal,
): { body: object; seen: UploadSeen } {
  const audience = mustFindAudience(simulation, id, 'delete');
  const upload = readUpload(jsonParam(request, 'payload'), rejects);
  const session = countIn(simulation, request, 'remove', audience, upload);
  removeFrom(simulation, audience, upload);
  return result({ audience_id: id }, upload, session);
}

/** DELETE act_X/usersofanyaudience: out of every customer list of the account. */
export function removeUsersOfAny(
  simulation: Simulation,
  request: GraphRequest,
  accountId: string,
  rejects: RowRefusal,
): { body: object; seen: UploadSeen } {
  const account = mustFindAccount(simulation, accountId, 'delete');
  const upload = readUpload(jsonParam(request, 'payload'), rejects);
  const place = { id: account.id, account: account.id };
  const session = countIn(simulation, request, 'remove', place, upload);
  for (const audience of listAudiences(simulation.state, account.id)) {
    removeFrom(simulation, audience, upload);
  }
  return result({ account_id: account.id.replace('act_', '') }, upload, session);
}

/** GET /{audience}/sessions */
export function listAudienceSessions(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
): object {
  const audience = mustFindAudience(simulation, id, 'get');
  return listSessions(simulation, audience, textParam(request, 'session_id'));
}

function removeFrom(simulation: Simulation, audience: AudienceRecord, upload: Upload): void {
  const after = simulation.rows.remove(audience, upload.rows);
  if (after.rowsHeld === audience.rowsHeld) return;
  if (after.peopleMatched < simulation.settings().smallestAfterRemoval) {
    throw graphErrors.audienceTooSmall();
  }
  saveRows(simulation, audience, after, { shape: null, columns: 0 });
}

function countIn(
  simulation: Simulation,
  request: GraphRequest,
  kind: 'add' | 'remove',
  { id, account }: { id: string; account: string },
  upload: Upload,
): { id: string; received: number } {
  const part = readSessionPart(jsonParam(request, 'session'));
  if (part === null) return { id: inventedSession(upload), received: upload.received };
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

function result(
  owner: object,
  upload: Upload,
  session: { id: string; received: number },
): { body: object; seen: UploadSeen } {
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
