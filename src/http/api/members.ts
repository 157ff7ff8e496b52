import { parseRule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { mask } from '#identifiers/mask.ts';
import { audienceName } from '#store/audiences.ts';
import { measureGuard } from '#store/guard.ts';
import { activeLink } from '#store/links.ts';
import { memberPage } from '#store/members.ts';
import type { RunRecord } from '#store/run-history.ts';
import { countByHand, editByHand, type HandEdit, nobody, type Selection } from '#sync/by-hand.ts';
import { readDetails } from '#sync/details.ts';
import { readLinked } from '#sync/linked.ts';
import { explainPerson } from '#sync/why.ts';
import * as contract from '../contract/members.ts';
import { csvCell } from '../csv-cell.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { languageOf } from './asked-language.ts';
import { pageInOrder } from './page.ts';

export function serveMembers(api: Api, parts: ApiParts): void {
  serveReading(api, parts);
  serveEditing(api, parts);
  serveExplaining(api, parts);
}

function serveReading(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listMembers, async ({ params, query, databaseId, principal }) => {
    const audience = { id: Number(params.audienceId), databaseId };
    return await pageInOrder(
      query,
      async (after = 0, limit) =>
        (await memberPage(store, audience, after, limit)).map((member) => ({
          ...member,
          externalId: principal.personalData ? member.externalId : mask(member.externalId),
        })),
      (member) => member.id,
    );
  });

  answer(api, parts, contract.exportMembers, ({ params, query, databaseId }) => {
    const audience = { id: Number(params.audienceId), databaseId };
    const isCsv = query.format === 'csv';
    const lines = exportLines(parts, audience, isCsv);
    return Promise.resolve(
      new Response(ReadableStream.from(lines).pipeThrough(new TextEncoderStream()), {
        headers: {
          'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
          'content-disposition': `attachment; filename="members-${audience.id}.${query.format}"`,
        },
      }),
    );
  });
}

const EXPORTED_AT_ONCE = 5_000;

async function* exportLines(
  { muster }: ApiParts,
  audience: { id: number; databaseId: number },
  isCsv: boolean,
): AsyncGenerator<string> {
  if (isCsv) yield 'externalId,since\r\n';
  let after = 0;
  for (;;) {
    const page = await memberPage(muster.store, audience, after, EXPORTED_AT_ONCE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page
      .map(({ externalId, since }) =>
        isCsv
          ? `${csvCell(externalId)},${since.toISOString()}\r\n`
          : `${JSON.stringify({ externalId, since })}\n`,
      )
      .join('');
    after = Number(last.id);
  }
}

function serveEditing(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.editMembers, async ({ params, body }) => {
    const name = await audienceName(store, Number(params.audienceId));
    return await editByHand(muster, name, editOf(body), { dryRun: body.dryRun });
  });

  answer(api, parts, contract.countMembers, async ({ databaseId, body }) => {
    const integrationId = body.integrationId === null ? null : Number(body.integrationId);
    return await countByHand(muster, databaseId, integrationId, editOf(body));
  });

  answer(api, parts, contract.bulkMembers, async ({ params, query }, context) => {
    const named = await readLines(context.req.raw.body);
    const name = await audienceName(store, Number(params.audienceId));
    const edit = { include: nobody, exclude: nobody, [query.action]: { rules: [], ...named } };
    return await editByHand(muster, name, edit, { dryRun: query.dryRun === 'true' });
  });
}

interface Whom {
  readonly ids: readonly string[];
  readonly emails: readonly string[];
  readonly rules: readonly object[];
}

/** @throws MusterError RULE_… */
function editOf(body: { readonly include: Whom; readonly exclude: Whom }): HandEdit {
  const read = ({ rules, ...named }: Whom): Selection => ({
    ...named,
    rules: rules.map((rule) => parseRule(rule)),
  });
  return { include: read(body.include), exclude: read(body.exclude) };
}

const PEOPLE_MAX = 100_000;
const LINE_MAX = 1_000;

/**
 * External ids and e-mail addresses, one a line, as they come in; no more is kept than one piece and what
 * it names. @throws MusterError API_TOO_LARGE, PEOPLE_LIST_INVALID
 */
async function readLines(
  body: ReadableStream<Uint8Array> | null,
): Promise<{ ids: string[]; emails: string[] }> {
  const ids: string[] = [];
  const emails: string[] = [];
  const take = (line: string) => {
    const value = line.trim();
    if (value.length > LINE_MAX || value.includes('\0')) {
      throw new MusterError('PEOPLE_LIST_INVALID', `line ${ids.length + emails.length + 1}`);
    }
    if (value !== '') (value.includes('@') ? emails : ids).push(value);
    if (ids.length + emails.length > PEOPLE_MAX) {
      throw new MusterError('API_TOO_LARGE', `more than ${PEOPLE_MAX} people`);
    }
  };
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body ?? []) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_MAX) take(rest);
    lines.forEach(take);
  }
  take(rest + decoder.decode());
  return { ids, emails };
}

function serveExplaining(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.explainPerson, async ({ params, body, principal }, context) => {
    const name = await audienceName(store, Number(params.audienceId));
    const found = await explainPerson(muster, name, body.externalId, languageOf(context));
    if (principal.personalData) return found;
    return { ...found, rule: found.rule.map((line) => ({ ...line, seen: null })) };
  });

  answer(api, parts, contract.getSyncDetails, async ({ params }) => {
    const name = await audienceName(store, Number(params.audienceId));
    const { last, active, ...details } = await readDetails(muster, name);
    return { ...details, last: runDocument(last), active: runDocument(active) };
  });

  answer(api, parts, contract.getTold, async ({ params }) => {
    const link = await activeLink(store, Number(params.audienceId));
    return { people: link === null ? null : (await measureGuard(store, link.id)).atMeta };
  });

  answer(api, parts, contract.getLinked, async ({ params, query }) => {
    const name = await audienceName(store, Number(params.audienceId));
    return await readLinked(muster, name, query.refresh === 'true');
  });
}

function runDocument(run: RunRecord | null) {
  if (run === null) return null;
  const { runId: id, ...rest } = run;
  return { id, ...rest };
}
