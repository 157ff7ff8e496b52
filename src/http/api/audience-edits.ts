import { parseRule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  changeSchedule,
  pauseAudience,
  replayAudience,
  type ScheduleReport,
  showSchedule,
} from '#jobs/control.ts';
import { readZone } from '#schedules/schedule.ts';
import { askerOf } from '#store/approvals.ts';
import { requestReplays } from '#store/replay.ts';
import { audienceName, findAudience, type RuleMode, type Way } from '#store/audiences.ts';
import { type Integration, listIntegrations } from '#store/connections.ts';
import { activateAudience } from '#sync/activate.ts';
import { chooseIntegration } from '#sync/choose-integration.ts';
import { makeAudience } from '#sync/create-audience.ts';
import { beginRemoval, deactivateAudience } from '#sync/deactivate.ts';
import { deleteAtMeta } from '#sync/delete-at-meta.ts';
import { duplicateAudience } from '#sync/duplicate-audience.ts';
import { type AudienceEdit, editAudience } from '#sync/edit-audience.ts';
import { checkLinkable } from '#sync/meta-audiences.ts';
import { relinkAudience } from '#sync/relink.ts';
import { renameEverywhere } from '#sync/rename.ts';
import { integrationOf } from '#sync/scope.ts';
import { requestSync } from '#sync/sync.ts';
import {
  byAutomation,
  byEvents,
  byHand,
  byRule,
  byScenario,
  fillAnotherWay,
  type WayOfFilling,
} from '#sync/ways.ts';
import { type Principal, seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/audience-edits.ts';
import { acceptedRun, answer, type Api, type ApiParts } from './api.ts';
import { readAudienceDocument } from './audiences.ts';
import { editFrom, tag, versionOf } from './version.ts';

export function serveAudienceEdits(api: Api, parts: ApiParts): void {
  serveMaking(api, parts);
  serveEditing(api, parts);
  serveSwitches(api, parts);
  serveLinking(api, parts);
  serveSending(api, parts);
}

function serveMaking(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.createAudience, async ({ body, principal }, context) => {
    const { name, integrationId, way, rule, ruleMode, ruleDaily, automation, ...rest } = body;
    const { metaAudienceId: link, ...words } = rest;
    const made = await makeAudience(muster, {
      ...{ name, link, ...words },
      filling: readFilling(name, { way, rule, ruleMode, ruleDaily, automation }),
      integration: chosen(await listIntegrations(store), principal, integrationId),
    });
    return await readAudienceDocument(store, context, String(made.id));
  });

  answer(api, parts, contract.duplicateAudience, async ({ params, body }, context) => {
    const copy = await duplicateAudience(muster, await nameOf(parts, params), body.name);
    const { id } = await findAudience(store, copy);
    return await readAudienceDocument(store, context, String(id));
  });
}

function serveEditing(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.editAudience, async (asked, context) => {
    const { params, headers, query, body, principal } = asked;
    const { rule, integrationId, ...words } = body;
    const edit = {
      ...words,
      ...(rule === undefined ? {} : { rule: parseRule(rule) }),
      ...(integrationId === undefined
        ? {}
        : { integration: chosen(await listIntegrations(store), principal, integrationId) }),
    } as AudienceEdit;
    const seen = query.dryRun === 'true' ? null : versionOf(headers['if-match']);
    const report = await editAudience(muster, await nameOf(parts, params), edit, seen);
    context.header('etag', `"${report.version}"`);
    return report;
  });

  answer(api, parts, contract.renameAudience, async ({ params, body }, context) => {
    const { name: newName, atMeta } = body;
    await renameEverywhere(muster, await nameOf(parts, params), { newName, atMeta });
    return await readAudienceDocument(store, context, params.audienceId);
  });

  answer(api, parts, contract.fillAnotherWay, async ({ params, body }) => {
    const name = await nameOf(parts, params);
    const { members, dryRun, ...filling } = body;
    return await fillAnotherWay(muster, name, readFilling(name, filling), { members, dryRun });
  });

  answer(api, parts, contract.getSchedule, async ({ params }, context) => {
    const report = await showSchedule(muster, await nameOf(parts, params));
    return tag(context, whenOf(report), report);
  });

  answer(api, parts, contract.changeSchedule, async ({ params, headers, body }, context) => {
    const { schedule, period } = body;
    if (schedule?.kind === 'calendar') readZone(schedule.zone);
    const name = await nameOf(parts, params);
    const look = async () => whenOf(await showSchedule(muster, name));
    const seen = { ifMatch: headers['if-match'], look };
    const report = await editFrom(store, `schedule ${params.audienceId}`, seen, () =>
      changeSchedule(muster, name, {
        ...(schedule === undefined ? {} : { schedule }),
        ...(period === undefined ? {} : { period: period === null ? null : readPeriod(period) }),
      }),
    );
    return tag(context, whenOf(report), report);
  });
}

/** What an edit of a schedule changes. */
function whenOf({ schedule, runsFrom, runsUntil, zone }: ScheduleReport) {
  return { schedule, runsFrom, runsUntil, zone };
}

function serveSwitches(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.activateAudience, async ({ params }, context) => {
    await activateAudience(muster, await nameOf(parts, params));
    return await readAudienceDocument(store, context, params.audienceId);
  });

  answer(api, parts, contract.deactivateAudience, async ({ params, body }, context) => {
    const name = await nameOf(parts, params);
    const begun = body.removePeople ? await beginRemoval(muster, name) : null;
    if (begun === null) await deactivateAudience(muster, name);
    return await readAudienceDocument(store, context, params.audienceId);
  });

  for (const [route, paused] of [
    [contract.pauseAudience, true],
    [contract.resumeAudience, false],
  ] as const) {
    answer(api, parts, route, async ({ params }, context) => {
      await pauseAudience(muster, await nameOf(parts, params), paused);
      return await readAudienceDocument(store, context, params.audienceId);
    });
  }
}

function serveLinking(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.relinkAudience, async ({ params, body }, context) => {
    const name = await nameOf(parts, params);
    const audience = await findAudience(store, name);
    const integrationId = await integrationOf(store, audience);
    const { metaAudienceId: link } = body;
    const target =
      link === null
        ? null
        : await checkLinkable(await muster.openClient(integrationId), link, audience.valueBased);
    await relinkAudience(muster, name, target);
    return await readAudienceDocument(store, context, params.audienceId);
  });

  answer(api, parts, contract.deleteAtMeta, async ({ params, body }, context) => {
    const name = await nameOf(parts, params);
    if (body.confirm !== name) throw new MusterError('CONFIRMATION_WRONG', `“${body.confirm}”`);
    await deleteAtMeta(muster, name);
    return await readAudienceDocument(store, context, params.audienceId);
  });
}

function serveSending(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.syncAudience, async ({ params }, context) => {
    const { runId } = await requestSync(muster, await nameOf(parts, params));
    return await acceptedRun(store, context, runId);
  });

  answer(api, parts, contract.replayAudience, async ({ params, body }, context) => {
    const kind = body.reset ? 'reset' : 'replay';
    const { runId } = await replayAudience(muster, await nameOf(parts, params), kind);
    return await acceptedRun(store, context, Number(runId));
  });

  answer(api, parts, contract.replayAudiences, async ({ databaseId, body, principal }) => {
    const integrationId = body.integrationId === null ? null : Number(body.integrationId);
    const { kind, id, name } = principal;
    const asked = await store.tx(async (tx) =>
      requestReplays(tx, { databaseId, integrationId }, await askerOf(tx, { kind, id, name })),
    );
    return {
      audiences: asked.map(({ audienceId, runId, ...rest }) => ({
        ...{ audienceId: String(audienceId), runId: String(runId) },
        ...rest,
      })),
    };
  });
}

/** The rooms below know audiences by name, which is unique. */
async function nameOf({ muster }: ApiParts, params: { audienceId: string }): Promise<string> {
  return await audienceName(muster.store, Number(params.audienceId));
}

interface FillingGiven {
  readonly way: Way;
  readonly rule?: unknown;
  readonly ruleMode: RuleMode;
  readonly ruleDaily: boolean;
  readonly automation?: unknown;
}

/** @throws MusterError USAGE, RULE_… */
function readFilling(name: string, given: FillingGiven): WayOfFilling {
  const { way, rule, ruleMode, ruleDaily, automation } = given;
  switch (way) {
    case 'rule':
      if (rule === undefined) throw new MusterError('USAGE', '/body/rule: the way rule has one');
      return byRule(parseRule(rule), { ruleMode, ruleDaily });
    case 'events':
      return byEvents(name);
    case 'hand':
      return byHand;
    case 'automation':
      return byAutomation(automation);
    case 'scenario':
      return byScenario;
  }
}

/** @throws MusterError API_NOT_FOUND, NOT_CONNECTED, INTEGRATION_UNCLEAR */
function chosen(
  all: readonly Integration[],
  principal: Principal,
  integrationId: string | undefined,
): Integration {
  const seen = all.filter(({ databaseId }) => seesDatabase(principal, databaseId));
  if (integrationId !== undefined) {
    const found = seen.find(({ id }) => String(id) === integrationId);
    if (found !== undefined) return found;
    throw new MusterError('API_NOT_FOUND', `integration ${integrationId}`);
  }
  const only = chooseIntegration(seen, undefined);
  if (only === null) throw new MusterError('NOT_CONNECTED', 'no integration');
  return only;
}

/** @throws MusterError SCHEDULE_INVALID */
function readPeriod(period: { from: string | null; until: string | null; zone: string }) {
  const from = period.from === null ? null : new Date(period.from);
  const until = period.until === null ? null : new Date(period.until);
  if (from !== null && until !== null && from >= until) {
    throw new MusterError('SCHEDULE_INVALID', '/body/period/until is not after from');
  }
  return { from, until, zone: readZone(period.zone) };
}
