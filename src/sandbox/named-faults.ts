import { type Fault, faultDefaults, type FaultName, faultNames } from './fault-kinds.ts';
import { endpointFamilies, endpointNames } from './routes.ts';

/**
 * Faults in a name that a person can type: "Lapsed [throttle 17 x3]" is throttled three times.
 * Behind the fault's name, in any order: `x3` how often, a number or two (`613/1996`) for code and
 * subcode, `90s` or `500ms` for how late or how long, `on:users.add` for where, and whatever else for
 * how a value has to begin. What is no fault stays a name.
 */
export function faultsInName(name: string): Fault[] {
  return [...name.matchAll(/\[([^[\]]+)\]/g)].flatMap(([, inside = '']) => {
    const [first = '', ...options] = inside.trim().split(/\s+/);
    const fault = faultNames.find((one) => one.toLowerCase() === first.toLowerCase());
    if (fault === undefined) return [];
    return [options.reduce(withOption, { ...faultDefaults, name: fault, times: null } as Fault)];
  });
}

/** A name that has the marker of this fault, for a search that is checked afterwards. */
export function likeMarker(name: FaultName): string {
  return `%[%${name}%]%`;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const places: readonly string[] = [...endpointNames, ...endpointFamilies];

function withOption(fault: Fault, option: string): Fault {
  const [, times] = /^x(\d+)$/.exec(option) ?? [];
  if (times !== undefined) return { ...fault, times: Number(times) };
  const [, amount, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(option) ?? [];
  if (amount !== undefined) {
    const ms = Number(amount) * (unitMs[unit] ?? 1);
    return fault.name === 'lateApply' ? { ...fault, lagMs: ms } : { ...fault, holdMs: ms };
  }
  const place = places.find((one) => `on:${one}` === option);
  if (place !== undefined) return { ...fault, on: place as Fault['on'] };
  if (option === 'lasting') return { ...fault, isLasting: true };
  const takesPrefix = fault.name === 'invalidRows' || fault.name === 'malformed';
  const [, code, subcode] = takesPrefix ? [] : (/^(\d+)(?:\/(\d+))?$/.exec(option) ?? []);
  if (code === undefined) return { ...fault, valuePrefix: option };
  return { ...fault, code: Number(code), subcode: subcode === undefined ? null : Number(subcode) };
}
