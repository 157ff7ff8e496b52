import type { Answer } from './answer.ts';
import { asId, asNumber, asObject, type JsonObject } from './json.ts';
import { adAccountNode, nodeId } from './ids.ts';
import type { Problem } from './problems.ts';
import type { Call, Requester } from './request.ts';
import { edges, params } from './wire.ts';

/** Rows on their way: JSON `{"payload":{"schema":[…],"data":[…]},"session":{…}}`, encoded. */
export interface Upload {
  /** Whose limits the call counts against. */
  readonly account: string;
  readonly body: Uint8Array;
  /** Not sent at all when it cannot be opened by then; milliseconds of the client's clock. */
  readonly openByMs?: number;
  /** The governor was asked already, with `admit`. */
  readonly admitted?: boolean;
}

interface Accepted {
  /** All rows of this session that Meta took, invalid ones included: compare it with what was sent. */
  readonly numReceived: number;
  /** Approximate; rows that Meta could not read, not people it did not find. */
  readonly numInvalid: number;
  /** At most 100 invalid rows, as the JSON they were sent as → why. Identifiers: never log them. */
  readonly samples: ReadonlyMap<string, string>;
  readonly sessionId: string;
}

export type UsersAnswer =
  | ({ readonly outcome: 'clean' } & Accepted)
  | { readonly outcome: 'refused' | 'uncertain'; readonly problem: Problem };

export interface SessionState {
  readonly sessionId: string;
  readonly numReceived: number;
  readonly numInvalid: number;
}

export function createUsers(requester: Requester) {
  async function upload(call: Omit<Call, 'account' | 'body'>, rows: Upload): Promise<UsersAnswer> {
    const { account: _, ...upload } = rows;
    const account = adAccountNode(rows.account);
    const answer = await requester.send({ ...upload, ...call, account }, readAccepted);
    return answer.outcome === 'clean' ? { outcome: 'clean', ...answer.body } : answer;
  }

  return {
    /** Adds or removes at most 10,000 rows. Removals travel in the body too, never in the address. */
    users(
      rows: Upload & { readonly audienceId: string; readonly direction: 'add' | 'remove' },
    ): Promise<UsersAnswer> {
      const method = rows.direction === 'add' ? 'POST' : 'DELETE';
      return upload({ method, path: `${nodeId(rows.audienceId)}/${edges.users}` }, rows);
    },

    /**
     * One request of a replacement of all members. The first of a session empties the audience and
     * must not be sent twice; Meta closes the session after 90 minutes, complete or not.
     */
    replaceUsers(rows: Upload & { readonly audienceId: string }): Promise<UsersAnswer> {
      const path = `${nodeId(rows.audienceId)}/${edges.usersReplace}`;
      return upload({ method: 'POST', path }, rows);
    },

    /** Removes people from every customer list of the ad account: opt-outs and erasures. */
    removeFromEveryAudience(rows: Upload): Promise<UsersAnswer> {
      const path = `${adAccountNode(rows.account)}/${edges.usersOfAnyAudience}`;
      return upload({ method: 'DELETE', path }, rows);
    },

    /**
     * What Meta received in one session, or null when it shows none, which proves nothing. Its stage
     * and matches are left out: they were seen to stand still for ever.
     */
    async session(where: {
      readonly account: string;
      readonly audienceId: string;
      readonly sessionId: string;
    }): Promise<Answer<SessionState | null>> {
      const answer = await requester.send(
        {
          method: 'GET',
          path: `${nodeId(where.audienceId)}/${edges.sessions}`,
          account: adAccountNode(where.account),
          query: { [params.sessionId]: nodeId(where.sessionId) },
        },
        readSessions,
      );
      if (answer.outcome !== 'clean') return answer;
      const found = answer.body.find((state) => state.sessionId === where.sessionId);
      return { outcome: 'clean', body: found ?? null };
    },
  };
}

function readAccepted(body: JsonObject): Accepted | null {
  const numReceived = asNumber(body['num_received']);
  const numInvalid = asNumber(body['num_invalid_entries']);
  const sessionId = asId(body['session_id']);
  if (numReceived === null || numInvalid === null || sessionId === null) return null;
  return {
    numReceived,
    numInvalid,
    samples: readSamples(body['invalid_entry_samples']),
    sessionId,
  };
}

/** A map of row → reason on the wire; the guide also shows a list of rows without reasons. */
function readSamples(samples: unknown): ReadonlyMap<string, string> {
  if (Array.isArray(samples)) return new Map(samples.map((row) => [String(row), '']));
  const entries = Object.entries(asObject(samples) ?? {});
  return new Map(entries.map(([row, reason]) => [row, String(reason)]));
}

function readSessions(body: JsonObject): SessionState[] | null {
  if (!Array.isArray(body['data'])) return null;
  const states = body['data'].map((item: unknown) => {
    const state = asObject(item);
    const sessionId = asId(state?.['session_id']);
    if (sessionId === null) return null;
    const numReceived = asNumber(state?.['num_received']) ?? 0;
    return { sessionId, numReceived, numInvalid: asNumber(state?.['num_invalid_entries']) ?? 0 };
  });
  return states.includes(null) ? null : states.filter((state) => state !== null);
}
