import { MusterError } from '#domain/errors/muster-error.ts';
import { encodeRows } from '#deliver/encode.ts';
import { newSessionId } from '#deliver/operation.ts';
import { isPersonal } from '#identifiers/external-id.ts';
import { mask } from '#identifiers/mask.ts';
import { matchKeyAsBigint } from '#identifiers/match-key.ts';
import type { UsersAnswer } from '#meta/users.ts';
import { edges } from '#meta/wire.ts';
import { matchRowMaker, type MatchRows, rawOf } from '#profiles/match-rows.ts';
import { recordReader, type SourceRecord } from '#profiles/records.ts';
import { settingOf } from '#profiles/row-version.ts';
import { keyOfField } from '#sources/aliases.ts';
import { columnDeriver } from '#sources/derived.ts';
import { type ColumnPlan, planColumns } from '#sources/columns.ts';
import type { RecordSource } from '#sources/record-source.ts';
import { consentVerdict, refusalSentences } from '#domain/consent.ts';
import { strictestConsent } from '#sources/consent.ts';
import { mergedConsents } from '#sources/said-consents.ts';
import { readIntegration } from '#store/connections.ts';
import { settleConsents } from '#store/consent-changes.ts';
import { type Database, readDatabase } from '#store/databases.ts';
import type { Model } from '#store/models.ts';
import { lockSending } from '#store/suppressions.ts';
import { readObjections } from '#store/test-records.ts';
import { refuseId } from './_record-maker.ts';
import { deleteUntilGone } from './delete-at-meta.ts';
import { makeOnce } from './make-once.ts';
import { openPreview } from './model-input.ts';
import type { Muster } from './muster.ts';
import { yearOf } from './rebuild.ts';

/** One record on its way through a model's mapping; nothing of it is a raw value. */
export interface TestRecord {
  readonly model: string;
  readonly externalId: string;
  /** Each column that feeds an identifier, with the shape of what stood in it. */
  readonly given: readonly {
    readonly key: string;
    readonly from: string;
    readonly value: string;
  }[];
  /** Values that cannot be used. */
  readonly unusable: readonly { readonly key: string; readonly reason: string }[];
  readonly consent: boolean | null;
  /** Why it would not be sent; null: it would. */
  readonly withheld: string | null;
  /** What would be sent, or was; null: there is nothing to send. */
  readonly request: TestRequest | null;
  /** Null: it was not sent. */
  readonly answer: TestAnswer | null;
}

interface TestRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly body: { readonly payload: { schema: string[]; data: unknown[][] } };
}

interface TestAnswer {
  readonly outcome: UsersAnswer['outcome'];
  readonly httpStatus: number | null;
  /** Rows that Meta counted, and those of them that it could not read. */
  readonly received: number | null;
  readonly invalid: number | null;
  /** What Meta said, where it refused or was not understood. */
  readonly said: string | null;
  /** Made for this record, and deleted again unless somebody wants to look at it. */
  readonly metaAudience: { readonly id: string; readonly name: string; readonly kept: boolean };
}

export interface TestWish {
  /** The external id of the record; null: the first one. */
  readonly person: string | null;
  /** Through which to send it; null: it is not sent. `keep`: leave the Meta audience that is made for it. */
  readonly send: { readonly integrationId: number; readonly keep: boolean } | null;
}

/** What stands for the Meta audience in a request that is not sent. */
const NO_AUDIENCE = 'META_AUDIENCE_ID';

/**
 * Takes one record through mapping and normalising and shows what would be sent; with `send` sends it to
 * a Meta audience that is made for it. The ledger knows nothing of that, so it is deleted again.
 * @throws MusterError what the source throws; MODEL_ROW_UNKNOWN, RECORD_WITHHELD, META_… for what Meta
 * refuses
 */
export async function testRecord(
  muster: Muster,
  model: Model,
  { person, send }: TestWish,
): Promise<TestRecord> {
  const database = await readDatabase(muster.store, model.databaseId);
  const target = await muster.openSource(model.sourceId);
  await using preview = await openPreview(target, model.sql);
  const { source } = preview;
  const plan = planColumns(source.header, { id: model.idColumn, map: model.map ?? undefined });
  const cells = await findRow(source, plan, person);
  const way = wayOf(muster, { source, plan, database, cells });
  const { requiredConsents: required } =
    send === null
      ? { requiredConsents: [] }
      : await readIntegration(muster.store, send.integrationId);
  const withheld = await objectionTo(muster, database, required, way);
  if (send !== null && withheld !== null) throw new MusterError('RECORD_WITHHELD', withheld);
  const body = bodyOf(muster, way.made);
  const answer =
    send === null || body === null ? null : await sendTo(muster, { model, ...send, body });
  const path = `${answer?.metaAudience.id ?? NO_AUDIENCE}/${edges.users}`;
  return {
    ...{ model: model.name, given: way.given, unusable: way.unusable },
    externalId: isPersonal(way.externalId) ? mask(way.externalId) : way.externalId,
    ...{ consent: way.record.consent, withheld, answer },
    request: body === null ? null : { method: 'POST', path, body: parse(body) },
  };
}

async function findRow(
  source: RecordSource,
  { idColumn }: ColumnPlan,
  person: string | null,
): Promise<readonly string[]> {
  for await (const { rows } of source.batches()) {
    const found = rows.find((cells) => {
      const id = cells[idColumn] ?? '';
      return person === null ? refuseId(id) === null : id === person;
    });
    if (found !== undefined) return found;
  }
  throw new MusterError('MODEL_ROW_UNKNOWN', person === null ? 'it gives none' : `“${person}”`);
}

interface Way {
  readonly externalId: string;
  readonly record: SourceRecord;
  readonly made: MatchRows;
  readonly given: TestRecord['given'];
  readonly unusable: TestRecord['unusable'];
}

interface Found {
  readonly source: RecordSource;
  readonly plan: ColumnPlan;
  readonly database: Database;
  readonly cells: readonly string[];
}

/** Through mapping and normalising, as a run takes it. */
function wayOf(muster: Muster, { source, plan, database, cells }: Found): Way {
  const refused: { key: string; reason: string }[] = [];
  const derive = columnDeriver(source.header, plan, (field, reason) => {
    if (field !== null) refused.push({ key: keyOfField(field), reason });
  });
  const all = derive(cells);
  const externalId = cells[plan.idColumn] ?? '';
  const record = recordReader(plan)(all);
  const made = matchRowMaker(settingOf(database, yearOf(muster)))(
    rawOf(externalId, record.identifiers),
  );
  const given = plan.fields.map(({ field, header, column }) => ({
    ...{ key: keyOfField(field), from: header, value: mask(all[column] ?? '') },
  }));
  return { externalId, record, made, given, unusable: [...refused, ...made.problems] };
}

/** Why a record would not be sent; null: it would. */
async function objectionTo(
  { store }: Muster,
  { id: databaseId, unknownConsentPasses }: Database,
  required: readonly string[],
  { externalId, record, made }: Way,
): Promise<string | null> {
  const keys = made.rows.flatMap((row) => row.keys.map(matchKeyAsBigint));
  const objections = await store.tx(async (tx) => {
    const { pending } = await lockSending(tx, databaseId);
    if (pending) await settleConsents(tx, databaseId);
    return await readObjections(tx, databaseId, { externalId, keys });
  });
  const said = {
    consent: strictestConsent(record.consent, objections.consent),
    consents: mergedConsents(objections.consents, record.consents ?? {}),
  };
  const refusal = consentVerdict(said, { unknownPasses: unknownConsentPasses, required });
  if (refusal !== null) return refusalSentences[refusal];
  if (objections.isSuppressed) return 'one of these values was withdrawn';
  return made.sufficiency === 0 ? 'there is nothing in it that Meta could match by' : null;
}

function bodyOf(muster: Muster, { rows }: MatchRows): Uint8Array | null {
  if (rows.length === 0) return null;
  const packed = Buffer.concat(rows.map(({ cells }) => cells));
  return encodeRows(packed, rows.length, { id: newSessionId(muster.random) }).body;
}

function parse(body: Uint8Array): TestRequest['body'] {
  return JSON.parse(Buffer.from(body).toString()) as TestRequest['body'];
}

interface Sending {
  readonly model: Model;
  readonly integrationId: number;
  readonly keep: boolean;
  readonly body: Uint8Array;
}

async function sendTo(
  muster: Muster,
  { model, integrationId, keep, body }: Sending,
): Promise<TestAnswer> {
  const client = await muster.openClient(integrationId);
  const { meta, adAccount: account } = client;
  const name = `Test record of ${model.name}`;
  const mark = `test ${newSessionId(muster.random)}`;
  const ask = () =>
    meta.createAudience({
      ...{ account, name, description: `Made by Muster (${mark})` },
      ...{ customerFileSource: 'USER_PROVIDED_ONLY', isValueBased: false },
    });
  const id = await makeOnce(muster, client, { mark, look: false, ask });
  const answer = await meta.users({ account, audienceId: id, direction: 'add', body });
  if (!keep) await deleteUntilGone(muster, client, id, () => Promise.resolve());
  return { ...resultOf(answer), metaAudience: { id, name, kept: keep } };
}

function resultOf(answer: UsersAnswer): Omit<TestAnswer, 'metaAudience'> {
  if (answer.outcome === 'clean') {
    const { outcome, numReceived: received, numInvalid: invalid } = answer;
    return { outcome, httpStatus: 200, received, invalid, said: null };
  }
  const { httpStatus, said } = answer.problem;
  return { outcome: answer.outcome, httpStatus, received: null, invalid: null, said };
}
