import { MusterError } from '#domain/errors/muster-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** SCENARIO_INVALID with the place, what was expected there, and the kind of thing that was found. */
export function invalid(path: string, expected: string, found: unknown): MusterError {
  const measured = `${path === '' ? 'the scenario' : path}: expected ${expected}, found ${described(found)}`;
  return new MusterError('SCENARIO_INVALID', measured);
}

// Never the value: it may be a person's.
function described(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (found === null) return 'null';
  if (Array.isArray(found)) return found.length === 0 ? 'an empty list' : 'a list';
  if (typeof found === 'string') return found.trim() === '' ? 'an empty text' : 'other text';
  if (typeof found === 'number') return 'a number';
  return typeof found === 'boolean' ? String(found) : 'an object';
}

export function asObject(json: unknown, path: string, expected: string): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path, expected, json);
  }
  return json as JsonObject;
}

/** Refuses keys that nobody reads: a slip of the pen would go unheard. */
export function checkKeys(json: JsonObject, path: string, known: readonly string[]): void {
  const stray = Object.keys(json).find((key) => !known.includes(key));
  if (stray === undefined) return;
  const place = path === '' ? 'the scenario' : path;
  const named = JSON.stringify(stray.slice(0, 40)).replaceAll(/[^\x20-\x7e]/g, '?');
  const measured = `${place}: only ${known.join(', ')} may stand here, not ${named}`;
  throw new MusterError('SCENARIO_INVALID', measured);
}

export function under(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

export function textOf(json: unknown, path: string): string {
  if (typeof json !== 'string' || json.trim() === '') throw invalid(path, 'a text', json);
  return json;
}

export function numberOf(json: unknown, path: string): number {
  if (typeof json !== 'number' || !Number.isFinite(json)) throw invalid(path, 'a number', json);
  return json;
}
