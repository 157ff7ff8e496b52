import { answered, api } from './client.ts';

const at = (audienceId: string) => ({ params: { path: { audienceId } } });

export const activate = (id: string) =>
  answered(api.POST('/audiences/{audienceId}/activate', at(id)));
export const pause = (id: string) => answered(api.POST('/audiences/{audienceId}/pause', at(id)));
export const resume = (id: string) => answered(api.POST('/audiences/{audienceId}/resume', at(id)));
export const syncNow = (id: string) => answered(api.POST('/audiences/{audienceId}/sync', at(id)));
export const replay = (id: string) =>
  answered(api.POST('/audiences/{audienceId}/replay', { ...at(id), body: { reset: false } }));
/** Every member of every active audience, in one step. @param integrationId null: of the whole database */
export const replayAll = async (databaseId: string, integrationId: string | null) =>
  (
    await answered(
      api.POST('/databases/{databaseId}/replay', {
        params: { path: { databaseId } },
        body: { integrationId },
      }),
    )
  ).audiences.length;
export const duplicate = (id: string) =>
  answered(api.POST('/audiences/{audienceId}/duplicate', { ...at(id), body: { name: null } }));

export const deactivate = (id: string, removePeople: boolean) =>
  answered(api.POST('/audiences/{audienceId}/deactivate', { ...at(id), body: { removePeople } }));
export const rename = (id: string, name: string, atMeta: boolean) =>
  answered(api.POST('/audiences/{audienceId}/rename', { ...at(id), body: { name, atMeta } }));
export const relink = (id: string, metaAudienceId: string | null) =>
  answered(api.POST('/audiences/{audienceId}/relink', { ...at(id), body: { metaAudienceId } }));
export const deleteAtMeta = (id: string, confirm: string) =>
  answered(api.POST('/audiences/{audienceId}/delete-at-meta', { ...at(id), body: { confirm } }));

export interface Words {
  readonly description: string;
  readonly folder: string | null;
  readonly labels: string[];
}

/** @throws ProblemError AUDIENCE_CHANGED when somebody saved since `version` was read */
export const editWords = (audienceId: string, version: number, words: Words) =>
  answered(
    api.PATCH('/audiences/{audienceId}', {
      params: { path: { audienceId }, header: { 'if-match': `"${version}"` }, query: {} },
      body: { ...words },
    }),
  );
