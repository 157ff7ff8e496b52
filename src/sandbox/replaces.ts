import { mustFindEdge, mustTakePeople } from './audience-access.ts';
import { audienceErrors } from './audience-errors.ts';
import { type AudienceRecord, changeAudienceDetails, type Replace } from './audience-records.ts';
import { isReplacing, operationCode, sessionMs } from './audience-state.ts';
import { graphErrors } from './graph-error.ts';
import { type GraphRequest, jsonParam } from './graph-request.ts';
import {
  addRows,
  keepChange,
  mustFitShape,
  readPayload,
  type RowRefusal,
  type UploadSeen,
  usersResult,
} from './memberships.ts';
import { dropSession, enterSession, readSessionPart, type SessionPart } from './sessions.ts';
import type { Simulation } from './simulation.ts';
import type { Upload } from './upload.ts';

/**
 * POST /{audience}/usersreplace: all members are exchanged for those of one session. Its first batch
 * clears the audience; what was sent by the end of the session, or by its ninetieth minute, is the
 * audience from then on (usersreplace reference, read 2026-09-12).
 */
export function replaceUsers(
  simulation: Simulation,
  request: GraphRequest,
  id: string,
  rejects: RowRefusal,
): { body: object; seen: UploadSeen } {
  const audience = mustFindEdge(simulation, id, 'post', 'usersreplace');
  mustTakePeople(simulation, audience);
  const part = readSessionPart(jsonParam(request, 'session'));
  if (part === null) throw graphErrors.missingParameter('session');
  const upload = readPayload(simulation, request, rejects);
  const running = findRunning(simulation, audience, part);
  const isRestart = running === null && isReplacing(audience, simulation.clock());
  if (running === null && !isRestart && part.batchSeq === 1) {
    mustBeReplaceable(simulation, audience, upload);
  }
  const place = { account: audience.account, target: id, kind: 'replace' };
  const session = enterSession(simulation, place, part, upload);
  const now = simulation.clock();
  const startedAt = running?.startedAt ?? now;
  const endedAt = part.isLast ? now : null;
  const replace: Replace = { sessionId: part.id, startedAt, endedAt };
  const details = { ...audience.details, statusCode: null, replace };
  changeAudienceDetails(simulation.state, id, details);
  if (running === null) simulation.rows.clear(audience.number);
  const rows = running === null ? { ...audience, rowsHeld: 0, peopleMatched: 0 } : audience;
  const { processingMs } = simulation.settings();
  keepChange(simulation, {
    ...{ audience, upload, session, kind: 'replace' },
    after: addRows(simulation, audience, rows, upload),
    shownFrom: processingMs + (endedAt ?? startedAt + sessionMs),
  });
  return usersResult({ audience_id: id }, upload, session);
}

/**
 * The replace that this batch goes on with; null where it begins one. What neither may be nor is its
 * next batch, `enterSession` refuses by its code.
 */
function findRunning(
  simulation: Simulation,
  audience: AudienceRecord,
  part: SessionPart,
): Replace | null {
  const { replace } = audience.details;
  if (replace === null) return null;
  const isOwn = replace.sessionId === part.id;
  const isRunning = isReplacing(audience, simulation.clock());
  if (isRunning && !isOwn) throw audienceErrors.membershipRefused(1_870_145);
  if (isOwn && isRunning && replace.endedAt === null && part.batchSeq === 1) {
    if (simulation.settings().resentFirstBatch === 'refused') {
      throw audienceErrors.membershipRefused(1_870_145);
    }
    dropSession(simulation, audience.account, part.id);
    return null;
  }
  return isOwn ? replace : null;
}

/** Normal is what Meta wants; warnings about earlier uploads are no reason to keep those. */
const replaceable: ReadonlySet<number> = new Set([100, 200, 410, 411, 412, 415]);

function mustBeReplaceable(simulation: Simulation, audience: AudienceRecord, upload: Upload): void {
  const settings = simulation.settings();
  if (!replaceable.has(operationCode(audience, simulation.clock(), settings))) {
    throw audienceErrors.membershipRefused(1_870_145);
  }
  if (audience.peopleMatched >= settings.replacePeopleMax) {
    throw audienceErrors.membershipRefused(1_870_144);
  }
  if (upload.schema.includes('LOOKALIKE_VALUE') !== audience.details.isValueBased) {
    throw audienceErrors.valueSwap();
  }
  mustFitShape(simulation, audience, upload);
}
