import type { JsonObject } from './call.ts';

/**
 * Why a call that says it is about an audience cannot be about one, or null. Segment's Engage names the
 * audience in `context.personas`, and in `properties.audience_key` of *Audience Entered* and *Audience
 * Exited*; whether the person belongs stands under that very name, true or false
 * (https://segment.com/docs/engage/using-engage-data, read 2026-11-22).
 */
export function findMembershipFault(
  call: { readonly event?: unknown; readonly traits?: unknown; readonly properties?: unknown },
  context: JsonObject,
): string | null {
  const personas = objectOr(context['personas']);
  const properties = objectOr(call.properties);
  const isAudience =
    personas['computation_class'] === 'audience' ||
    (call.event !== undefined && audienceEvents.has(call.event) && 'audience_key' in properties);
  if (!isAudience) return null;
  const key = personas['computation_key'] ?? properties['audience_key'];
  if (typeof key !== 'string' || key === '') {
    return 'the audience is missing: context.personas.computation_key is not a name';
  }
  const flags = [objectOr(call.traits)[key], properties[key], objectOr(context['traits'])[key]];
  return flags.some(isFlag)
    ? null
    : 'audience membership is missing: what computation_key names is neither true nor false';
}

const audienceEvents: ReadonlySet<unknown> = new Set(['Audience Entered', 'Audience Exited']);

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || value === 'true' || value === 'false';
}

function objectOr(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}
