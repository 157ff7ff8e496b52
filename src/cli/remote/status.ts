import type { Overview } from '#http/overview.ts';
import { printDoctor } from '../doctor.ts';
import { printStatus } from '../status.ts';
import type { RemoteForm } from './form.ts';
import { withMoments } from './moments.ts';
import { audienceMoments } from './audience.ts';
import { answered } from './server.ts';

export const status: RemoteForm = async (server, session, command) => {
  const sent = await answered(server.GET('/status'));
  const overview = withMoments<Overview>(sent, [
    ...audienceMoments,
    ...['at', 'restsUntil', 'finishesAt', 'openedAt', 'sentAt', 'nextAt', 'checkedAt'],
  ]);
  return printStatus(session, command, overview);
};

export const doctor: RemoteForm = async (server, session, command) => {
  const [connection = null] = command.args;
  const found = await answered(server.POST('/doctor', { body: { connection } }));
  return printDoctor(session, command, found);
};
