import { randomUUID } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import { parseRule } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { mask } from '#identifiers/mask.ts';
import type { Db } from '#store/db.ts';
import { readDatabase } from '#store/databases.ts';
import { certificateOf, erasureOfDatabase } from '#store/erasures.ts';
import {
  externalIdOf,
  listEventsOf,
  SEARCH_FIRST_PARAM,
  searchProfiles,
} from '#store/profile-details.ts';
import { readRecentCalls } from '#store/recent-calls.ts';
import { type ForgetReport, forgetPerson, setConsent } from '#sync/consent.ts';
import { addProfile, deleteProfile, type ProfileReport, showProfile } from '#sync/profiles.ts';
import { membershipOf } from '#sync/scope.ts';
import type { Principal } from '../auth/principal.ts';
import * as contract from '../contract/profiles.ts';
import { timelineOf } from './_timeline.ts';
import { answer, type Api, type ApiParts } from './api.ts';
import { shownTo } from './masking.ts';
import { readKeyset, writeKeyset } from './page.ts';

export function serveProfiles(api: Api, parts: ApiParts): void {
  serveSearch(api, parts);
  serveOneProfile(api, parts);
  serveConsents(api, parts);
  serveEvents(api, parts);
}

function serveSearch(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  answer(api, parts, contract.searchProfiles, async ({ body, principal, databaseId }) => {
    const { rule, text, externalId, cursor, limit } = body;
    if (text !== null && !principal.personalData) {
      // Otherwise values could be guessed letter by letter.
      throw new MusterError('API_NOT_ALLOWED', 'to search by text: the right to see personal data');
    }
    const membership =
      rule === null
        ? null
        : await membershipOf(store, databaseId, parseRule(rule), SEARCH_FIRST_PARAM);
    const [afterId = '0'] = readKeyset(cursor, 1) ?? [];
    const wish = { membership, text, externalId, afterId, limit: limit + 1 };
    const found = await searchProfiles(store, databaseId, wish);
    const shown = shownTo(principal);
    const items = found.slice(0, limit).map(({ id, externalId, consent, identifiers }) => ({
      ...{ id: String(id), externalId: shown(externalId), consent },
      ...{ identifiers: shown(identifiers), masked: !principal.personalData },
    }));
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items, next: last === undefined ? null : writeKeyset([last.id]) };
  });
}

function serveOneProfile(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.getProfile, async ({ params, ...asking }) =>
    profileDocument(
      await showProfile(muster, await whoOf(store, asking.databaseId, params.profileId)),
      asking,
    ),
  );

  answer(api, parts, contract.addProfile, async ({ body: { externalId, traits }, ...asking }) => {
    const { name: database } = await readDatabase(store, asking.databaseId);
    const who = { database, externalId };
    await addProfile(muster, who, traits, randomUUID);
    return profileDocument(await showProfile(muster, who), asking);
  });

  answer(api, parts, contract.editProfile, async ({ params, body, ...asking }) => {
    const who = await whoOf(store, asking.databaseId, params.profileId);
    await addProfile(muster, who, body.traits, randomUUID);
    return profileDocument(await showProfile(muster, who), asking);
  });

  answer(api, parts, contract.deleteProfile, async ({ params, databaseId }) => {
    await deleteProfile(muster, await whoOf(store, databaseId, params.profileId));
    return null;
  });

  answer(api, parts, contract.forgetProfile, async ({ params, databaseId }) =>
    erasureDocument(await forgetPerson(muster, await whoOf(store, databaseId, params.profileId))),
  );

  answer(api, parts, contract.getErasure, async ({ params: { erasureId }, databaseId }) => {
    const found = await erasureOfDatabase(store, databaseId, erasureId);
    const certificate = found.certificate ?? (await certificateOf(store, found.id));
    return erasureDocument({ ...found, ...certificate, erasureId, problem: null });
  });
}

/** The ways of the commands take people by their external id; an address never carries one. */
async function whoOf(db: Db, databaseId: number, profileId: string) {
  const { name: database } = await readDatabase(db, databaseId);
  return { database, externalId: await externalIdOf(db, databaseId, profileId) };
}

export function erasureDocument(
  report: Omit<ForgetReport, 'database' | 'seconds'>,
): z.output<typeof contract.erasure> {
  const { erasureId, state, problem, requestedAt, settledAt } = report;
  return {
    ...{ erasureId, state, problem },
    requestedAt: requestedAt.toISOString(),
    settledAt: settledAt?.toISOString() ?? null,
    audiences: report.audiences.map(({ audience, metaAudienceId, state: said }) => ({
      ...{ audience, metaAudienceId, state: said },
    })),
    adAccounts: report.adAccounts.map((one) => ({ ...one })),
    mayRemain: [...report.mayRemain],
  };
}

interface Asking {
  readonly principal: Principal;
  readonly databaseId: number;
}

function profileDocument(report: ProfileReport, { principal, databaseId }: Asking) {
  const shown = shownTo(principal);
  const history = report.history.map((change) => {
    // Who said it stays: it is a file, a model or a way, and no person.
    const { before, after } = change;
    return { ...change, before: shown(before), after: shown(after) };
  });
  const lastEvents = report.lastEvents.map((one) => ({
    ...one,
    properties: shown(one.properties),
  }));
  return {
    ...report,
    databaseId: String(databaseId),
    masked: !principal.personalData,
    externalId: shown(report.externalId),
    consents: { ...report.consents },
    identifiers: shown({ ...report.identifiers }),
    traits: shown({ ...report.traits }),
    ids: report.ids.map(({ kind, name }) => ({ kind, name: shown(name) })),
    groups: report.groups.map(({ groupId, traits }) => ({
      groupId: shown(groupId),
      traits: shown({ ...traits }),
    })),
    audiences: report.audiences.map((one) => ({
      ...one,
      synchronizedAt: one.synchronizedAt === null ? null : new Date(one.synchronizedAt),
    })),
    history,
    lastEvents: lastEvents.map((one) => ({ ...one, properties: { ...one.properties } })),
    timeline: timelineOf({ ...report, history, lastEvents }),
  };
}

function serveConsents(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  answer(api, parts, contract.setConsent, async ({ params, body, principal, databaseId }) => {
    const { consent, category, ...given } = body;
    const who = await whoOf(store, databaseId, params.profileId);
    const details = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    );
    const report = await setConsent(parts.muster, { ...who, consent, category, details });
    const { state, problem, database, seconds } = report;
    return {
      externalId: shownTo(principal)(who.externalId),
      ...{ database, consent, category, state, problem, seconds },
      audiences: report.audiences.map((one) => ({ ...one })),
    };
  });
}

function serveEvents(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;
  answer(api, parts, contract.listProfileEvents, async (asked) => {
    const { params, query, principal, databaseId } = asked;
    const { name = null, cursor = null, limit } = query;
    const [place, messageId] = readKeyset(cursor, 2) ?? [];
    const after =
      place === undefined || messageId === undefined ? null : ([place, messageId] as const);
    const who = { databaseId, profileId: params.profileId };
    const found = await listEventsOf(store, who, { name, after, limit: limit + 1 });
    const shown = shownTo(principal);
    const page = found.slice(0, limit);
    const items = page.map((one) => ({
      // Senders find their message by it; one that is no code may name somebody.
      id: /^[\w-]{1,100}$/.test(one.messageId) ? one.messageId : mask(one.messageId),
      ...{ name: one.name, at: one.at, receivedAt: one.receivedAt },
      properties: shown({ ...one.properties }),
    }));
    const last = found.length > limit ? page.at(-1) : undefined;
    return { items, next: last === undefined ? null : writeKeyset([last.place, last.messageId]) };
  });

  answer(api, parts, contract.tailEvents, async ({ query: { after, limit }, databaseId }) => {
    const calls = await readRecentCalls(store, { databaseId, afterId: after, limit });
    const items = calls.map(({ database: _, ...call }) => ({
      ...call,
      id: String(call.id),
      detail: { ...call.detail },
    }));
    return { items, next: null };
  });
}
