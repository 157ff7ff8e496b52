import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';

export type Scenario =
  Paths['/scenarios/{scenarioId}']['get']['responses'][200]['content']['application/json'];

const ROWS_MAX = 500;

export const scenariosQuery = (kind: 'scenario' | 'automation') =>
  queryOptions({
    queryKey: ['scenarios', kind],
    queryFn: async () =>
      (await answered(api.GET('/scenarios', { params: { query: { kind, limit: ROWS_MAX } } })))
        .items,
  });

export const scenarioQuery = (scenarioId: string) =>
  queryOptions({
    queryKey: ['scenarios', scenarioId],
    queryFn: () =>
      answered(api.GET('/scenarios/{scenarioId}', { params: { path: { scenarioId } } })),
  });
