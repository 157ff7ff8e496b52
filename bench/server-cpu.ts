import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of Linux on every machine that runs this. */
const TICKS_A_SECOND = 100;

/**
 * Seconds of CPU that the embedded server of a data directory has used: what it says beside a busy machine, where the
 * clock says little. Null where there is no /proc.
 */
export function serverCpuSeconds(directory: string): number | null {
  try {
    const [line] = readFileSync(join(directory, 'postgres/postmaster.pid'), 'utf8').split('\n');
    const postmaster = Number(line);
    const own = statOf(postmaster);
    const living = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(Number(name)))
      .filter((stat) => stat?.parent === postmaster);
    const ticks = living.reduce((sum, stat) => sum + (stat?.ticks ?? 0), own?.ofEndedChildren ?? 0);
    return ticks / TICKS_A_SECOND;
  } catch {
    return null;
  }
}

function statOf(pid: number) {
  try {
    // Behind the name, which may hold anything: state, parent and so on (proc(5)).
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=\S )/);
    const values = fields.split(' ');
    const sum = (...places: number[]) => places.reduce((all, at) => all + Number(values[at]), 0);
    return { parent: Number(values[1]), ticks: sum(11, 12), ofEndedChildren: sum(13, 14) };
  } catch {
    return null;
  }
}
