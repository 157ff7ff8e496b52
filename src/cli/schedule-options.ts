import type { Command } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import {
  calendarSchedule,
  intervalSchedule,
  readZone,
  type Schedule,
} from '#schedules/schedule.ts';

/** The ways that everything has that is done again and again. */
export interface ScheduleOptions {
  readonly every?: string;
  readonly days?: string;
  readonly at?: string;
  readonly byHand?: true;
  readonly zone: string;
}

/** `zoneOf` are the options that the zone is for; `byHand` ends its line. */
export function scheduleOptions(command: Command, zoneOf: string, byHand = ''): void {
  command
    .option('--every <interval>', 'now, and then every 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h or 1d')
    .option('--at <times>', 'at these times of day, such as 08:30,17:00')
    .option('--days <days>', 'with --at, on these days of the week, such as mon,wed,fri')
    .option('--by-hand', `only when somebody asks${byHand}`)
    .option('--zone <zone>', `time zone of ${zoneOf}, such as Europe/Berlin`, 'UTC');
}

/**
 * What was chosen, or null. `others` are further ways, of which one excludes the rest too.
 * @throws MusterError USAGE, SCHEDULE_INVALID
 */
export function readSchedule(
  { every, at, days, byHand, zone }: ScheduleOptions,
  others: Readonly<Record<string, Schedule | undefined>> = {},
): Schedule | null {
  const known = Object.entries(others).flatMap(([, schedule]) => schedule ?? []);
  const ways = [every, at, byHand].filter((one) => one !== undefined);
  if (ways.length + known.length > 1) {
    const names = [...Object.keys(others), '--every', '--at'].join(', ');
    throw new MusterError('USAGE', `choose one of ${names} and --by-hand`);
  }
  if (days !== undefined && at === undefined) throw new MusterError('USAGE', '--days needs --at');
  if (byHand) return { kind: 'by hand' };
  if (every !== undefined) return intervalSchedule(every);
  if (at !== undefined) return calendarSchedule({ days, times: at, zone: readZone(zone) });
  return known[0] ?? null;
}
