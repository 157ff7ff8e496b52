import { parseRule, type Rule, ruleVersion } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { problemError } from '#meta/problems.ts';
import {
  type EditedWords,
  storeEdit,
  storeRule,
  takeEditBack,
  wasLinked,
} from '#store/audience-edits.ts';
import {
  type Audience,
  findAudience,
  lockEvaluation,
  lockRules,
  readAudience,
} from '#store/audiences.ts';
import type { Integration } from '#store/connections.ts';
import type { Tx } from '#store/db.ts';
import { activeLink } from '#store/links.ts';
import { describeAtMeta } from './activate.ts';
import { clientOf } from './client-of.ts';
import { evaluate } from './evaluate.ts';
import type { Muster } from './muster.ts';
import { refuseCycle } from './rule-references.ts';
import { integrationOf, membershipOf } from './scope.ts';
import { explainFillingLines } from './ways.ts';

export interface AudienceEdit extends Partial<Omit<EditedWords, 'integrationId'>> {
  readonly rule?: Rule;
  readonly integration?: Integration;
}

/** What an edit changes, or would change; as --json prints it. */
export interface AudienceEditReport {
  readonly audience: string;
  /** As it is now; whoever wants to do what was looked at says it. */
  readonly version: number;
  readonly changes: readonly EditedField[];
  /** Of a rule: how many are in it before and after, and who comes and goes. */
  readonly members: {
    readonly before: number;
    readonly after: number;
    readonly joined: number;
    readonly left: number;
  } | null;
  readonly done: boolean;
}

export interface EditedField {
  readonly field:
    | 'rule'
    | 'description'
    | 'optOutLink'
    | 'adAccount'
    | 'integration'
    | 'folder'
    | 'labels';
  readonly before: unknown;
  readonly after: unknown;
  /** Told to Meta too. */
  readonly atMeta: boolean;
}

/**
 * Looks what an edit would change, or does it: `seen` is the version that was looked at, and an edit
 * that came in between is never lost (docs/decisions/0047-editing.md). What Meta refuses is taken back.
 * @throws MusterError AUDIENCE_NOT_CONNECTED, AUDIENCE_CHANGED, AUDIENCE_ACCOUNT_FIXED, AUDIENCE_OTHER_WAY, RULE_…, META_…
 */
export async function editAudience(
  muster: Muster,
  name: string,
  edit: AudienceEdit,
  seen: number | null,
): Promise<AudienceEditReport> {
  const { store } = muster;
  const before = await findAudience(store, name);
  if (edit.rule !== undefined && before.way !== 'rule') {
    throw new MusterError('AUDIENCE_OTHER_WAY', `“${name}” is filled by ${before.way}`);
  }
  // Without a place to go to there is nothing to edit it for; the error says how to connect.
  if (edit.integration === undefined) await integrationOf(store, before);
  const link = await activeLink(store, before.id);
  const changes = changesOf(before, edit, link !== null);
  const moves = changes.some(({ field }) => field === 'adAccount' || field === 'integration');
  if (moves && (await wasLinked(store, before.id))) {
    throw new MusterError('AUDIENCE_ACCOUNT_FIXED', `“${name}” has been at Meta already`);
  }
  const { version } = before;
  if (changes.length === 0) {
    return { audience: name, version, changes, members: null, done: false };
  }
  const members = await store.tx(async (tx) => {
    if (seen === null) await tx.query('savepoint look');
    const moved = await write(tx, before, edit, seen ?? version);
    if (seen === null) await tx.query('rollback to savepoint look');
    return moved;
  });
  if (seen === null) return { audience: name, version, changes, members, done: false };
  const after = await readAudience(store, before.id);
  if (link !== null && changes.some(({ atMeta }) => atMeta)) {
    await tellMeta(muster, { before, after, metaAudienceId: link.metaAudienceId });
  }
  return { audience: name, version: after.version, changes, members, done: true };
}

async function write(
  tx: Tx,
  before: Audience,
  edit: AudienceEdit,
  seen: number,
): Promise<AudienceEditReport['members']> {
  const { rule, integration, ...words } = edit;
  const { id, name, databaseId, memberCount } = before;
  if (rule !== undefined) {
    await lockRules(tx, databaseId);
    await refuseCycle(tx, databaseId, { name, rule });
    await membershipOf(tx, databaseId, rule, 1);
    await lockEvaluation(tx, id);
  }
  const { description, optOutLink, adAccount, folder, labels } = before;
  await storeEdit(tx, before, seen, {
    ...{ description, optOutLink, adAccount, folder, labels },
    ...words,
    integrationId: integration?.id ?? before.integrationId,
  });
  if (rule === undefined) return null;
  await storeRule(tx, id, { rule, ruleVersion: ruleVersion(rule) });
  const moved = await evaluate(tx, await readAudience(tx, id));
  const { memberCount: after } = await readAudience(tx, id);
  return { before: memberCount, after, ...moved };
}

function changesOf(before: Audience, edit: AudienceEdit, linked: boolean): EditedField[] {
  const changes: EditedField[] = [];
  for (const field of ['description', 'optOutLink', 'adAccount', 'folder', 'labels'] as const) {
    const after = edit[field];
    if (after === undefined || JSON.stringify(after) === JSON.stringify(before[field])) continue;
    const atMeta = linked && (field === 'description' || field === 'optOutLink');
    changes.push({ field, before: before[field], after, atMeta });
  }
  const { rule, integration } = edit;
  if (integration !== undefined && integration.id !== before.integrationId) {
    if (integration.databaseId !== before.databaseId) {
      const measured = `the integration “${integration.name}” is for database ${integration.database}`;
      throw new MusterError('USAGE', measured);
    }
    changes.push({ field: 'integration', before: null, after: integration.name, atMeta: false });
  }
  if (rule !== undefined && ruleVersion(rule) !== before.ruleVersion) {
    changes.push({ field: 'rule', before: before.rule, after: rule, atMeta: false });
  }
  return changes;
}

const TRIES_MAX = 4;
const TRY_FIRST_MS = 500;

/** The description keeps the mark by which the audience is known as ours. */
async function tellMeta(
  muster: Muster,
  told: { before: Audience; after: Audience; metaAudienceId: string },
): Promise<void> {
  const { before, after, metaAudienceId: audienceId } = told;
  const { meta, adAccount: account } = await clientOf(muster, after);
  const place = { account, audienceId };
  for (let attempt = 1; ; attempt++) {
    const there = await meta.readAudience(place);
    const mark = /Kept by Muster \(([\w-]+)\)$/.exec(
      there.outcome === 'clean' ? (there.body.description ?? '') : '',
    )?.[1];
    const description = mark === undefined ? after.description : describeAtMeta(after, mark);
    const answer =
      there.outcome === 'clean'
        ? await meta.updateAudience(place, { description, optOutLink: after.optOutLink ?? '' })
        : there;
    if (answer.outcome === 'clean') return;
    const { problem } = answer;
    if (problem.class !== 'retry' || attempt === TRIES_MAX) {
      await takeEditBack(muster.store, after.id, { version: after.version, before });
      throw problemError(problem);
    }
    await muster.sleep(TRY_FIRST_MS * 2 ** (attempt - 1));
  }
}

/** A changed rule as people read it. */
export function ruleLines(
  audience: Pick<Audience, 'ruleMode' | 'ruleDaily'>,
  rule: unknown,
): string[] {
  return explainFillingLines({ ...audience, way: 'rule', rule: parseRule(rule) });
}
