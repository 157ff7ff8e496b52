import { queryOptions } from '@tanstack/react-query';
import type { Paths } from '../../../src/http/contract.ts';
import { answered, api } from './client.ts';
import { everyPage } from './every-page.ts';

export type Scenario =
  Paths['/scenarios/{scenarioId}']['get']['responses'][200]['content']['application/json'];

export const scenariosQuery = (kind: 'scenario' | 'automation') =>
  queryOptions({
    queryKey: ['scenarios', kind],
    queryFn: () =>
      everyPage((page) =>
        answered(api.GET('/scenarios', { params: { query: { kind, ...page } } })),
      ),
  });

export const scenarioQuery = (scenarioId: string) =>
  queryOptions({
    queryKey: ['scenarios', scenarioId],
    queryFn: () =>
      answered(api.GET('/scenarios/{scenarioId}', { params: { path: { scenarioId } } })),
  });
