import { lastBackup } from '#store/backup.ts';
import type { Db } from '#store/db.ts';
import { pausedSince } from '#store/restore.ts';
import { readServerFacts, type ServerFacts } from '#store/server-facts.ts';
import { broken, type Finding, odd, well } from './finding.ts';

const VERSION_MIN = 15;
const DAY_MS = 86_400_000;
const BACKUP_DAYS_MAX = 7;
/** Apart, times in one log and the other can still be compared. */
const CLOCK_MS = 2_000;
const CLOCK_MS_MAX = 60_000;

/** The database server: its version, whether it keeps what it acknowledged, and its clock. */
export async function databaseFindings(db: Db, now: () => number): Promise<Finding[]> {
  const beforeMs = now();
  const facts = await readServerFacts(db);
  // Half of the way there and back.
  const aheadMs = facts.nowMs - (beforeMs + now()) / 2;
  return [serverFinding(facts), clockFinding(aheadMs)];
}

function serverFinding({ version, major, unsafe }: ServerFacts): Finding {
  const name = 'database';
  if (major < VERSION_MIN) {
    const next = `Move to PostgreSQL ${VERSION_MIN} or newer: muster backup, then restore there.`;
    return broken(name, `PostgreSQL ${version} is too old`, next);
  }
  if (unsafe.length === 0) return well(name, `PostgreSQL ${version}, safe to lose power`);
  const next = `Switch ${unsafe.join(' and ')} on in postgresql.conf; they are off at your own risk.`;
  const found = `PostgreSQL ${version} with ${unsafe.join(', ')} off: a power cut may lose what was acknowledged`;
  return odd(name, found, next);
}

function clockFinding(aheadMs: number): Finding {
  const name = 'clock of the database';
  const apartMs = Math.abs(aheadMs);
  if (apartMs <= CLOCK_MS) return well(name, 'as this machine’s, within two seconds');
  const found = `${Math.round(apartMs / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine’s`;
  const next = 'Set both clocks by NTP.';
  return apartMs <= CLOCK_MS_MAX ? odd(name, found, next) : broken(name, found, next);
}

/** Whether there is a copy that is not old. */
export async function backupFinding(db: Db, nowMs: number): Promise<Finding> {
  const name = 'backup';
  const next = 'Make one, and have it made every night: muster backup FILE';
  const last = await lastBackup(db);
  if (last === null) return odd(name, 'none was made with `muster backup`', next);
  const days = Math.floor((nowMs - last.at.getTime()) / DAY_MS);
  const found = `the last is of ${last.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return days <= BACKUP_DAYS_MAX
    ? well(name, found)
    : odd(name, `${found}, ${days} days ago`, next);
}

/** A restored copy does nothing by itself. */
export async function pauseFinding(db: Db): Promise<Finding> {
  const name = 'runs';
  if ((await pausedSince(db)) === null) return well(name, 'may go on');
  const next = 'When the original no longer runs: muster resume';
  return odd(name, 'paused: these data were restored from a backup', next);
}
