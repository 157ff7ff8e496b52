import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { everyPage } from './every-page.ts';
import { type PageWish, pagesQuery } from './pages.ts';

export type AuditEntry =
  Paths['/audit']['get']['responses'][200]['content']['application/json']['items'][number];

/** Absent: whatever was done, whoever did it. */
export interface AuditFilter {
  readonly action?: string;
  readonly by?: string;
}

const readPage = (filter: AuditFilter, wish: PageWish) =>
  answered(api.GET('/audit', { params: { query: { ...filter, ...wish } } }));

export const auditQuery = (filter: AuditFilter) =>
  pagesQuery(['audit', filter], (wish) => readPage(filter, wish));

/** All entries that fit, page by page. */
export const readWholeAudit = (filter: AuditFilter): Promise<readonly AuditEntry[]> =>
  everyPage((wish) => readPage(filter, wish));

/** @param head that an earlier call gave; empty: none is known */
export const verifyAudit = (head: string) =>
  answered(api.GET('/audit/verify', { params: { query: head === '' ? {} : { head } } }));
