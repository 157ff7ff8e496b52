import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Plan =
  Paths['/audiences/{audienceId}/plans']['post']['responses'][201]['content']['application/json'];

/** Looks anew each time: it is about this moment. */
export const planQuery = (audienceId: string) =>
  queryOptions({
    queryKey: ['plans', audienceId],
    queryFn: () =>
      answered(api.POST('/audiences/{audienceId}/plans', { params: { path: { audienceId } } })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

/** Sends exactly what was looked at. @throws ProblemError when it is stale */
export const applyPlan = (planId: string) =>
  answered(api.POST('/plans/{planId}/apply', { params: { path: { planId } } }));
