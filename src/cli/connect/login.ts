import { clientFor, type NewCredentials } from '#connections/connect.ts';
import type { AppCredentials } from '#connections/credentials.ts';
import { beginLogin, finishLogin, isAnswerTo } from '#connections/login.ts';
import { openLoopback } from '#connections/loopback.ts';
import { Secret } from '#config/secret.ts';
import { tell } from '../print.ts';
import type { Session } from '../session.ts';

/** Long enough to find a password and a second factor. */
const ANSWER_WAIT_MS = 10 * 60_000;

/**
 * Sends the person to Meta, waits on this machine for the answer, and gives the token it is good for.
 * @throws MusterError META_LOGIN, PORT_TAKEN, META_…
 */
export async function logIn(
  session: Session,
  app: AppCredentials,
  { apiUrl, port }: { readonly apiUrl: string; readonly port: number },
): Promise<NewCredentials> {
  await using loopback = await openLoopback(port);
  const { apiVersion: version } = session.settings;
  const { redirectUri } = loopback;
  const login = beginLogin({ appId: app.id, redirectUri, apiUrl, version });
  tell(
    session,
    `Open this page in a browser on this machine, log in and agree:\n\n  ${login.url}\n`,
  );
  tell(session, `The app must list ${redirectUri} among its Valid OAuth Redirect URIs. Waiting …`);
  const answer = await loopback.answer((given) => isAnswerTo(login, given), ANSWER_WAIT_MS);
  const asking = { token: new Secret(''), app, origin: 'login', apiUrl } as const;
  const token = await finishLogin(clientFor(asking, session.tools), login, answer);
  return { ...asking, token };
}
