import { statfs } from 'node:fs/promises';
import { asMusterError } from '#domain/errors/as-muster-error.ts';
import { openSource, spoolOf } from '#connections/open-source.ts';
import { testSource } from '#sources/target.ts';
import { listChannels } from '#store/alert-channels.ts';
import { listSources } from '#store/sources.ts';
import { bytes } from '../words.ts';
import { openMailer } from '../senders.ts';
import type { Session } from '../session.ts';
import { broken, type Finding, odd, well } from './finding.ts';

const MIB = 2 ** 20;
const FREE_MIN = 256 * MIB;
const FREE_WISHED = 2_048 * MIB;

/** Room where the data are. A database elsewhere has its own. */
export async function diskFinding(directory: string): Promise<Finding> {
  const name = 'disk';
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const found = `${bytes(free)} free at ${directory}`;
  if (free >= FREE_WISHED) return well(name, found);
  const next = 'Make room: `muster retention show` says what is kept for how long.';
  return free >= FREE_MIN ? odd(name, found, next) : broken(name, found, next);
}

/** Whether mail would go out. Nothing is sent. */
export async function mailFinding(session: Session): Promise<Finding> {
  const mailer = await openMailer(session);
  if (mailer === null) return well('mail', 'no server is set up, so nobody is told by mail');
  await mailer.check();
  return well('mail', 'the server is there and lets Muster in; nothing was sent');
}

/** What became of the last message of each channel. */
export async function channelFindings(session: Session): Promise<Finding[]> {
  const { store } = await session.muster();
  return (await listChannels(store)).map(({ name, kind, place, endedAt, problem }) => {
    const line = `alerts to ${name}`;
    const next = `Look at it, then: muster ${kind === 'mail' ? 'alert' : 'webhook'} test ${name}`;
    if (endedAt !== null) return odd(line, `${place} said that it is gone`, next);
    if (problem !== null) return odd(line, `${place}: the last did not arrive: ${problem}`, next);
    return well(line, `${kind}, ${place}`);
  });
}

/** Every source, by connecting to it. */
export async function sourceFindings(session: Session): Promise<Finding[]> {
  const { store } = await session.muster();
  const keys = await session.tools.keys();
  const ownHosts = session.settings.sourceHosts;
  const surroundings = { spool: spoolOf(session.settings), ownHosts };
  const findings: Finding[] = [];
  for (const { id, name, place } of await listSources(store)) {
    const line = `source ${name}`;
    try {
      const found = await testSource(await openSource(store, keys, id, surroundings));
      findings.push(well(line, `${place}: ${found}`));
    } catch (error) {
      const { message, next } = asMusterError(error);
      findings.push(broken(line, message, next));
    }
  }
  return findings;
}
