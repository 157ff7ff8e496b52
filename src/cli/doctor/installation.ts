import type { Session } from '../session.ts';
import { addressFinding, proxyFinding, signOnFinding } from './address.ts';
import { backupFinding, databaseFindings, pauseFinding } from './database.ts';
import { type Finding, findOut } from './finding.ts';
import { secretFileFindings } from './secrets.ts';
import { channelFindings, diskFinding, mailFinding, sourceFindings } from './surroundings.ts';

/** Everything that a running Muster needs besides Meta, each line with what to do. Nothing is changed or sent. */
export async function diagnoseInstallation(session: Session): Promise<readonly Finding[]> {
  const { settings, secrets, tools } = session;
  const { store } = await session.muster();
  const { clock, fetch } = tools;
  const hasSecret = secrets.oidcClientSecret !== null;
  const parts = [
    await findOut('address', () => addressFinding(settings, fetch)),
    [proxyFinding(settings)],
    await findOut('secrets', () => secretFileFindings(settings, secrets.key !== null)),
    await findOut('single sign-on', () => signOnFinding(settings, hasSecret, fetch)),
    await findOut('database', () => databaseFindings(store, () => clock.nowMs())),
    await findOut('disk', () => diskFinding(settings.dataDirectory)),
    await findOut('backup', () => backupFinding(store, clock.nowMs())),
    await findOut('runs', () => pauseFinding(store)),
    await findOut('mail', () => mailFinding(session)),
    await findOut('alerts', () => channelFindings(session)),
    await findOut('sources', () => sourceFindings(session)),
  ];
  return parts.flat();
}
