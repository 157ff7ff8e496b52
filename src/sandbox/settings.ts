import type { State } from './state.ts';

/** What can be set about how the sandbox behaves where Meta is silent, unsure or slow. */
export interface Settings {
  /** How long after a change the sizes and the status of an audience show it. */
  readonly processingMs: number;
  /** Meta shows no bound below this, however few are matched (observed, not documented). */
  readonly sizeFloor: number;
  /** Refuse removals that would leave fewer people than this: 200/1870047. 0 = never. */
  readonly smallestAfterRemoval: number;
  /** Whether a batch behind a session's last one is refused (2650/1870159) or taken. */
  readonly refusesFinishedSessions: boolean;
  readonly versions: readonly string[];
  readonly audiencesPerAccountMax: number;
  readonly tier: 'development_access' | 'standard_access';
}

const settingsDefault: Settings = {
  processingMs: 2_000,
  sizeFloor: 1_000,
  smallestAfterRemoval: 0,
  refusesFinishedSessions: true,
  versions: ['v24.0', 'v25.0', 'v26.0'],
  audiencesPerAccountMax: 500,
  tier: 'standard_access',
};

export function readSettings({ sql }: State): Settings {
  const kept = sql.get`select value from fact where name = 'settings'`?.['value'];
  return {
    ...settingsDefault,
    ...(kept === undefined ? {} : (JSON.parse(String(kept)) as object)),
  };
}

/** Changes what is named and keeps the rest; answers the names it does not know or cannot take. */
export function changeSettings(state: State, changes: Readonly<Record<string, unknown>>): string[] {
  const refused = Object.entries(changes)
    .filter(([name, value]) => !isSettingValue(name, value))
    .map(([name]) => name);
  if (refused.length > 0) return refused;
  const value = JSON.stringify({ ...readSettings(state), ...changes });
  state.sql.run`insert or replace into fact (name, value) values ('settings', ${value})`;
  return [];
}

function isSettingValue(name: string, value: unknown): boolean {
  if (!(name in settingsDefault)) return false;
  const known: unknown = settingsDefault[name as keyof Settings];
  if (name === 'tier') return value === 'development_access' || value === 'standard_access';
  if (Array.isArray(known)) {
    return (
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((one) => /^v\d+\.\d+$/.test(String(one)))
    );
  }
  if (typeof known === 'number') return Number.isSafeInteger(value) && Number(value) >= 0;
  return typeof value === typeof known;
}
