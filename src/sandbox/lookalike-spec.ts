import { graphErrors } from './graph-error.ts';
import { isRecord } from './graph-request.ts';

/** What a lookalike is like, as it was asked for. */
export interface LookalikeSpec {
  readonly originId: string;
  readonly type: 'similarity' | 'reach' | 'custom_ratio';
  /** 0.01 to 0.20 of a country's people. */
  readonly ratio: number;
  readonly startingRatio: number;
  /** Two letters each. */
  readonly countries: readonly string[];
  readonly isInternational: boolean;
}

const ratios = { similarity: 0.01, reach: 0.05 } as const;

/** People on the simulated network by country; ten million elsewhere. */
const networkPeople: Readonly<Record<string, number>> = {
  US: 240_000_000,
  BR: 140_000_000,
  GB: 50_000_000,
  FR: 45_000_000,
  DE: 44_000_000,
  PL: 22_000_000,
  ES: 30_000_000,
  IT: 38_000_000,
};

export function lookalikePeople({ countries, ratio, startingRatio }: LookalikeSpec): number {
  const people = countries.reduce((sum, code) => sum + (networkPeople[code] ?? 10_000_000), 0);
  return Math.round(people * (ratio - startingRatio));
}

/** Reads `lookalike_spec` by the guide on lookalike audiences (read 2026-09-12). */
export function readLookalikeSpec(spec: unknown, originId: string): LookalikeSpec {
  if (!isRecord(spec)) throw graphErrors.missingParameter('lookalike_spec');
  const countries = countriesOf(spec);
  if (countries.length === 0) throw bad('needs a country or a location_spec');
  const type = spec['type'] ?? 'custom_ratio';
  const isInternational = spec['allow_international_seeds'] === true;
  if (type === 'similarity' || type === 'reach') {
    return { originId, type, ratio: ratios[type], startingRatio: 0, countries, isInternational };
  }
  if (type !== 'custom_ratio') throw bad('type must be similarity, reach or custom_ratio');
  const ratio = hundredths(spec['ratio'], 1);
  const startingRatio = hundredths(spec['starting_ratio'] ?? 0, 0);
  if (startingRatio >= ratio) throw bad('starting_ratio must be below ratio');
  return {
    ...{ originId, type, countries, isInternational },
    ratio: ratio / 100,
    startingRatio: startingRatio / 100,
  };
}

/** As it is read back: the origin with its name, where it still is. */
export function lookalikeSpecNode(
  spec: LookalikeSpec,
  originName: string | null,
): Record<string, unknown> {
  const origin = { id: spec.originId, type: 'custom_audience' };
  const names = new Intl.DisplayNames('en', { type: 'region' });
  return {
    type: spec.type,
    ratio: spec.ratio,
    ...(spec.startingRatio === 0 ? {} : { starting_ratio: spec.startingRatio }),
    country: spec.countries[0],
    origin: [originName === null ? { ...origin, deleted: true } : { ...origin, name: originName }],
    target_countries: spec.countries,
    target_country_names: spec.countries.map((code) => names.of(code) ?? code),
    is_financial_service: false,
  };
}

function countriesOf(spec: Record<string, unknown>): string[] {
  const location = isRecord(spec['location_spec']) ? spec['location_spec'] : {};
  const geo = isRecord(location['geo_locations']) ? location['geo_locations'] : {};
  const named: unknown[] = Array.isArray(geo['countries']) ? geo['countries'] : [spec['country']];
  const codes = named.filter((code) => code !== undefined).map(String);
  for (const code of codes) {
    if (!/^[A-Za-z]{2}$/.test(code)) throw bad(`does not know the country ${code}`);
  }
  return codes.map((code) => code.toUpperCase());
}

/** 0.01 to 0.20 in steps of 0.01, as whole hundredths. */
function hundredths(value: unknown, least: number): number {
  const whole = Number(value) * 100;
  const rounded = Math.round(whole);
  if (Math.abs(whole - rounded) > 1e-9 || rounded < least || rounded > 20) {
    throw bad('ratio must be between 0.01 and 0.20 in steps of 0.01');
  }
  return rounded;
}

function bad(what: string): Error {
  return graphErrors.badParameter(`Param lookalike_spec ${what}`);
}
