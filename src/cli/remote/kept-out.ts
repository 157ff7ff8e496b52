import { type HoldOutOptions, printHoldOut, readShare } from '../hold-out.ts';
import { printSuppressions, readValues, type ValueOptions } from '../suppression/change.ts';
import type { RemoteForm } from './form.ts';
import { databaseNamed } from './named.ts';
import { answered } from './server.ts';

export const show: RemoteForm = async (server, session, command) => {
  const { id: databaseId, name: database } = await databaseNamed(
    server,
    command.opts<ValueOptions>().database,
  );
  const params = { path: { databaseId } };
  const list = await answered(server.GET('/databases/{databaseId}/suppressions', { params }));
  return printSuppressions(session, command, { database, ...list });
};

export const add = changing('add');
export const remove = changing('remove');

function changing(side: 'add' | 'remove'): RemoteForm {
  return async (server, session, command) => {
    const options = command.opts<ValueOptions>();
    const { ids, emails, phones } = await readValues(session, options);
    const values = { externalIds: [...ids], emails: [...emails], phones: [...phones] };
    const { id: databaseId, name: database } = await databaseNamed(server, options.database);
    const list = await answered(
      server.POST('/databases/{databaseId}/suppressions', {
        params: { path: { databaseId } },
        body: { [side]: values },
      }),
    );
    return printSuppressions(session, command, { database, ...list });
  };
}

export const holdOut: RemoteForm = async (server, session, command) => {
  const wish = readShare(command);
  const { id: databaseId, name: database } = await databaseNamed(
    server,
    command.opts<HoldOutOptions>().database,
  );
  const params = { path: { databaseId } };
  const report = await answered(
    wish === undefined
      ? server.GET('/databases/{databaseId}/hold-out', { params })
      : server.PUT('/databases/{databaseId}/hold-out', { params, body: { percent: wish } }),
  );
  return printHoldOut(session, command, { database, ...report });
};
