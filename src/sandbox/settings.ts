import type { State } from './state.ts';

/**
 * What can be set about how the sandbox behaves where Meta is silent, unsure or slow. docs/sandbox.md
 * says of each which unconfirmed fact it stands for.
 */
const settingsDefault = {
  versions: ['v24.0', 'v25.0', 'v26.0'] as readonly string[],
  tier: 'standard_access' as 'development_access' | 'standard_access',

  // ---- how late things show
  /** From a change until sizes and statuses show it. */
  processingMs: 2_000,
  /** That much more for every thousand rows of it. */
  processingMsPerThousandRows: 0,
  lookalikeProcessingMs: 10_000,
  /** For that long a new audience is not in lists, and its edges are aliases nobody knows (803). */
  createLagMs: 0,

  // ---- sizes
  smallSizes: 'unknown' as 'unknown' | 'floor',
  sizeFloor: 1_000,
  /** Below this an audience is too small to deliver: 300. */
  deliveryFloor: 1_000,
  /** Refuse removals that would leave fewer people than this: 200/1870047. 0 = never. */
  smallestAfterRemoval: 0,

  // ---- limits
  audiencesPerAccountMax: 500,
  lookalikesPerAccountMax: 500,
  lookalikeSeedMin: 100,
  replacePeopleMax: 100_000_000,
  /** 0 = as long as anybody likes. */
  nameLengthMax: 0,
  pageLimit: 25,
  /** Items × fields that a list gives before it asks for less (code 1). */
  listCellsMax: 20_000,
  appCallsAnHour: 10_000,
  /** Of the custom-audience use case; 0 = what the tier allows. */
  useCaseCallsAnHour: 0,
  /** Refused calls use up quota too, so going on prolongs a block. */
  refusedCallsCount: true,
  /** 17/2446079 or 613/1487742, for the score of an ad account. */
  accountLimitCode: 17 as 17 | 613,
  /** The usage headers come from an account's call of that number on. */
  usageHeadersFromCall: 1,
  tooManyRowsCode: 100 as 100 | 105 | 1,

  // ---- rules of membership
  /** Whether a batch behind a session's last one is refused (2650/1870159) or taken. */
  refusesFinishedSessions: true,
  refusesMixedShapes: true,
  refusesMisplacedValues: true,
  refusesBlankRows: true,
  /** Whether ids of Instagram accounts may be sent, under the key IGUID. */
  takesInstagramIds: true,
  invalidHashReason: 'invalid hash format',
  /** What a batch 1 that comes again does to a replace. */
  resentFirstBatch: 'refused' as 'refused' | 'restarts',
  removeFromAllAnswers: 'result' as 'result' | 'success',
  sessionStages: 'moving' as 'moving' | 'uploading',
  /** How long an EXTERN_ID by itself still finds the person that it was sent with. */
  externalIdDays: 90,
  /** Percent of an upload's rows from which an audience is marked 412. */
  manyInvalidPercent: 20,
  /** Percent of the rows held below which an audience is marked 411; 0 = never. */
  lowMatchPercent: 0,
  fetchesByName: true,
  unusedDaysMax: 730,

  // ---- answers
  permissionStatus: 400 as 400 | 403,
  tokenStatus: 400 as 400 | 401,
  faultStatus: 500 as 500 | 400,
};

export type Settings = Readonly<typeof settingsDefault>;

/** Where only some values of a type are taken. */
const choices: Readonly<Partial<Record<keyof Settings, readonly unknown[]>>> = {
  tier: ['development_access', 'standard_access'],
  smallSizes: ['unknown', 'floor'],
  accountLimitCode: [17, 613],
  tooManyRowsCode: [100, 105, 1],
  resentFirstBatch: ['refused', 'restarts'],
  removeFromAllAnswers: ['result', 'success'],
  sessionStages: ['moving', 'uploading'],
  permissionStatus: [400, 403],
  tokenStatus: [400, 401],
  faultStatus: [500, 400],
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
  if (!Object.hasOwn(settingsDefault, name)) return false;
  const key = name as keyof Settings;
  const allowed = choices[key];
  if (allowed !== undefined) return allowed.includes(value);
  const known: unknown = settingsDefault[key];
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
