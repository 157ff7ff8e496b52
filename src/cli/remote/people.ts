import type { Consents } from '#domain/consent.ts';
import type { ConsentReport, ForgetReport } from '#sync/consent.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { printConsent, readWish as readConsent } from '../consent.ts';
import { type ForgetOptions, printForgotten } from '../forget.ts';
import { whoOf } from '../profile/who.ts';
import { printExport } from '../profile/export.ts';
import { printFound, readSearch, readWish } from '../profile/search.ts';
import { printProfile } from '../profile/show.ts';
import { printWhy } from '../why.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { audienceNamed, databaseNamed } from './named.ts';
import { answered, type Server } from './server.ts';

export const why: RemoteForm = async (server, session, command) => {
  const [name = '', externalId = ''] = command.args;
  const { id: audienceId } = await audienceNamed(server, name);
  const params = { path: { audienceId } };
  const asked = server.POST('/audiences/{audienceId}/why', { params, body: { externalId } });
  return printWhy(session, command, await answered(asked));
};

/** Where a person is: the API has them by number, so that no address carries anybody's id. */
async function pathOf(server: Server, who: { externalId: string; database: string }) {
  const { id: databaseId } = await databaseNamed(server, who.database);
  const { externalId } = who;
  const { items } = await answered(
    server.POST('/databases/{databaseId}/profiles/search', {
      params: { path: { databaseId } },
      body: { externalId, limit: 1 },
    }),
  );
  const [found] = items;
  if (found === undefined) throw new MusterError('PROFILE_UNKNOWN');
  return { databaseId, profileId: found.id };
}

export const show: RemoteForm = async (server, session, command) => {
  const params = { path: await pathOf(server, whoOf(command)) };
  const asked = server.GET('/databases/{databaseId}/profiles/{profileId}', { params });
  const { databaseId: _, masked: __, timeline: ___, ...held } = await answered(asked);
  return printProfile(session, command, { ...held, consents: consentsOf(held) });
};

export const exportAll: RemoteForm = async (server, session, command) => {
  const params = { path: await pathOf(server, whoOf(command)) };
  const asked = server.GET('/databases/{databaseId}/profiles/{profileId}/export', { params });
  const held = await answered(asked);
  return printExport(session, command, { ...held, consents: consentsOf(held) });
};

/** Null where nothing was ever said of a category. */
function consentsOf({ consents }: { readonly consents: object }): Consents | null {
  return Object.keys(consents).length === 0 ? null : (consents as Consents);
}

export const search: RemoteForm = async (server, session, command) => {
  const { limit, database } = readWish(command);
  const rule = { ...(await readSearch(session, command)) };
  const { id: databaseId } = await databaseNamed(server, database);
  const params = { path: { databaseId } };
  const found: Found[] = [];
  let next: string | null = null;
  do {
    const body = { rule, cursor: next, limit: Math.min(LIMIT_MAX, limit - found.length) };
    const page: Page = await answered(
      server.POST('/databases/{databaseId}/profiles/search', { params, body }),
    );
    found.push(...page.items);
    next = page.next;
  } while (next !== null && found.length < limit);
  return printFound(session, command, found);
};

/** So many at once; the most that the API gives. */
const LIMIT_MAX = 500;

interface Page {
  readonly items: readonly Found[];
  readonly next: string | null;
}

interface Found {
  readonly externalId: string;
  readonly consent: boolean | null;
}

const laneMoments = ['openedAt', 'sentAt', 'nextAt'];

export const consent: RemoteForm = async (server, session, command) => {
  const { externalId, database, details, ...said } = readConsent(command);
  const params = { path: await pathOf(server, { externalId, database }) };
  const sent = await answered(
    server.POST('/databases/{databaseId}/profiles/{profileId}/consent', {
      params,
      body: { ...said, ...details },
    }),
  );
  // Whoever may not see ids has typed this one.
  const report = withMoments<ConsentReport>({ ...sent, externalId }, laneMoments);
  return printConsent(session, command, report);
};

export const forget: RemoteForm = async (server, session, command) => {
  const { database } = command.opts<ForgetOptions>();
  const [externalId = ''] = command.args;
  const { id: databaseId } = await databaseNamed(server, database);
  const params = { path: { databaseId } };
  const asked = server.POST('/databases/{databaseId}/erasures', { params, body: { externalId } });
  const report = withMoments<ForgetReport>(await answered(asked), ['requestedAt', 'settledAt']);
  return printForgotten(session, command, report);
};
