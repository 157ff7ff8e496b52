import { z } from 'zod';
import { readJson, refuse } from './admin-input.ts';
import {
  type AudienceDetails,
  type AudienceRecord,
  changeAudienceDetails,
  columnNames,
  createAudience,
  findAudience,
  isCustomerList,
  listAudiences,
} from './audience-records.ts';
import { operationWords } from './audience-state.ts';
import { unpackRow } from './row-format.ts';
import type { Simulation } from './simulation.ts';
import { audiencePeople } from './truth-people.ts';
import { shownAlways, wireKeys } from './wire-keys.ts';
import { findAccount } from './world.ts';

const pageRows = 1_000;

/** What Meta or somebody else makes of an audience, and the API cannot. */
const marks = z.strictObject({
  flaggedFields: z.array(z.enum(['name', 'description', 'rule'])),
  statusCode: z.int().refine((code) => code in operationWords, 'No such status'),
  sharing: z.strictObject({ id: z.string(), isEnabled: z.boolean() }),
  /** Unix seconds. */
  lastUsedAt: z.int(),
  people: z.int().nonnegative(),
  retentionDays: z.int().min(0).max(180),
  rule: z.string(),
  pixelId: z.string(),
});
const marked = marks
  .extend({
    statusCode: marks.shape.statusCode.nullable(),
    sharing: marks.shape.sharing.nullable(),
    lastUsedAt: marks.shape.lastUsedAt.nullable(),
    people: marks.shape.people.nullable(),
  })
  .partial();
const made = marks
  .extend({ account: z.string(), name: z.string().min(1), subtype: z.string().min(1) })
  .partial()
  .required({ account: true, name: true, subtype: true });

/** /_sandbox/audiences, …/ID, …/ID/rows, …/ID/people; a POST makes one of any kind, or marks one. */
export async function answerAudiences(
  simulation: Simulation,
  request: Request,
  id: string | undefined,
  part: string | undefined,
): Promise<Response> {
  const isMarking = request.method === 'POST' && part === undefined;
  if (request.method !== 'GET' && !isMarking) return refuse(`There is no ${request.url}`, 404);
  if (id === undefined) {
    return isMarking ? make(simulation, request) : Response.json(summaries(simulation));
  }
  const audience = findAudience(simulation.state, id);
  if (audience === null) return refuse(`There is no audience ${id}`, 404);
  if (part === undefined)
    return isMarking ? mark(simulation, request, audience) : summaryOf(audience);
  if (part === 'people') return audiencePeople(simulation, audience, new URL(request.url));
  return new Response(rowLines(simulation, audience), {
    headers: { 'content-type': 'application/x-ndjson' },
  });
}

async function make(simulation: Simulation, request: Request): Promise<Response> {
  const wanted = made.safeParse(await readJson(request));
  if (!wanted.success) return refuse(wanted.error.message);
  const { account, ...details } = wanted.data;
  if (findAccount(simulation.state, account) === null) {
    return refuse(`There is no ad account ${account}`, 404);
  }
  const id = createAudience(simulation, account, withTimes(details));
  return Response.json({ id });
}

async function mark(
  simulation: Simulation,
  request: Request,
  audience: AudienceRecord,
): Promise<Response> {
  const wanted = marked.safeParse(await readJson(request));
  if (!wanted.success) return refuse(wanted.error.message);
  changeAudienceDetails(simulation.state, audience.id, {
    ...audience.details,
    ...withTimes(wanted.data),
  });
  return summaryOf(audience);
}

function withTimes<T extends { lastUsedAt?: number | null | undefined }>(
  details: T,
): T & Partial<AudienceDetails> {
  const { lastUsedAt } = details;
  const times = typeof lastUsedAt === 'number' ? { lastUsedAt: lastUsedAt * 1000 } : {};
  return { ...details, ...times };
}

/** Customer lists of one's own only: we hold the rows of no others. */
function summaries({ state }: Simulation): object {
  const isHeld = (audience: AudienceRecord) =>
    isCustomerList(audience) && audience.details.people === null;
  return { audiences: listAudiences(state, null).filter(isHeld).map(summary) };
}

function summaryOf(audience: AudienceRecord): Response {
  return Response.json(summary(audience));
}

function summary(audience: AudienceRecord): object {
  return {
    id: audience.id,
    name: audience.details.name,
    account: audience.account,
    schema: columnNames(audience),
    rowsHeld: audience.rowsHeld,
    peopleMatched: audience.peopleMatched,
  };
}

/** One JSON array a line: the fifteen keys in wire order, then what else the audience was sent. */
function rowLines({ rows }: Simulation, audience: AudienceRecord): ReadableStream<Uint8Array> {
  const further = columnNames(audience)
    .map((name) => (wireKeys as readonly string[]).indexOf(name))
    .filter((place) => place >= shownAlways);
  const encoder = new TextEncoder();
  let after = 0;
  return new ReadableStream({
    pull(controller) {
      const page = rows.page(audience.number, after, pageRows);
      const last = page.at(-1);
      if (last === undefined) {
        controller.close();
        return;
      }
      after = last.id;
      const lines = page.map(({ body }) => {
        const row = unpackRow(body);
        return JSON.stringify([
          ...row.slice(0, shownAlways),
          ...further.map((place) => row[place]),
        ]);
      });
      controller.enqueue(encoder.encode(`${lines.join('\n')}\n`));
    },
  });
}
