import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type AuditEntry =
  Paths['/audit']['get']['responses'][200]['content']['application/json']['items'][number];

/** Absent: whatever was done, whoever did it. */
export interface AuditFilter {
  readonly action?: string;
  readonly by?: string;
}

const PAGE_ROWS = 200;

const readPage = (filter: AuditFilter, cursor: string) =>
  answered(
    api.GET('/audit', {
      params: { query: { ...filter, limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) } },
    }),
  );

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    initialPageParam: '',
    queryFn: ({ pageParam }) => readPage(filter, pageParam),
    getNextPageParam: ({ next }) => next,
  });

/** All entries that fit, page by page. */
export async function readWholeAudit(filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(filter, cursor);
    entries.push(...page.items);
    cursor = page.next;
  }
  return entries;
}

/** @param head that an earlier call gave; empty: none is known */
export const verifyAudit = (head: string) =>
  answered(api.GET('/audit/verify', { params: { query: head === '' ? {} : { head } } }));
