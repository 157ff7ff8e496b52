import { isAnonymous } from '#domain/anonymous.ts';
import { type Call, type CallType, callTypes, type JsonObject } from './call.ts';
import { readConsents } from './read-consents.ts';
import { readMoment } from './moment.ts';
import { findMembershipFault } from './read-membership.ts';
import { findUnstorable } from './_unstorable.ts';

/** An id is a key of an index, and the External ID of a row at Meta. */
const ID_BYTES_MAX = 1_000;
const EVENT_NAME_LENGTH_MAX = 256;

/** What the request says about all of its calls. */
export interface Envelope {
  /** The type that the path says; null: each call says its own. */
  readonly type: CallType | null;
  readonly sentAt: unknown;
  /** The request came with a Global Privacy Control signal. */
  readonly hasGpc: boolean;
  /** For calls that come without a message id. */
  readonly newMessageId: () => string;
}

/** A call cannot be taken; the message says where and why, with no value of it. */
export class CallRefused extends Error {}

/**
 * Checks one call of the tracking spec that Segment wrote down
 * (https://segment.com/docs/connections/spec/common, read 2026-11-22). Whatever it does not know is left out.
 * @throws CallRefused
 */
export function readCall(raw: unknown, envelope: Envelope): Call {
  const call = asObject(raw, 'the call');
  if (call === undefined) throw new CallRefused('the call is empty');
  const unstorable = findUnstorable(call);
  if (unstorable !== null) throw new CallRefused(unstorable);
  const type = envelope.type ?? readType(call['type']);
  const context = asObject(call['context'], 'context') ?? {};
  const fault = findMembershipFault(call, context);
  if (fault !== null) throw new CallRefused(fault);
  return {
    type,
    ...compact({
      messageId: readId(call, 'messageId') ?? envelope.newMessageId(),
      // RudderStack writes originalTimestamp where Segment writes timestamp.
      timestamp: readTime(call, 'timestamp') ?? readTime(call, 'originalTimestamp'),
      sentAt: readMoment(call['sentAt'] ?? envelope.sentAt) ?? undefined,
      ...readIds(call, type),
      event: readEvent(call, type),
      traits: readTraits(call, context, type),
      consents: readConsents(context, envelope.hasGpc),
      properties: readProperties(call, type),
    }),
  };
}

function readType(value: unknown): CallType {
  const type = callTypes.find((known) => known === value);
  if (type === undefined) throw new CallRefused(`type is not one of ${callTypes.join(', ')}`);
  return type;
}

function readIds(call: JsonObject, type: CallType): Partial<Call> {
  const userId = readId(call, 'userId');
  const anonymousId = readId(call, 'anonymousId');
  const previousId = type === 'alias' ? readId(call, 'previousId') : undefined;
  if (userId !== undefined && isAnonymous(userId)) {
    throw new CallRefused('userId begins with “anonymous:”, which stands for anonymous ids');
  }
  if (type === 'alias' && (userId === undefined || previousId === undefined)) {
    throw new CallRefused('an alias needs previousId and userId');
  }
  if (userId === undefined && anonymousId === undefined) {
    throw new CallRefused('it needs userId or anonymousId');
  }
  return { userId, anonymousId, previousId };
}

/** Text that is not blank, or a number; null and blank are not there. */
function readId(call: JsonObject, name: string): string | undefined {
  const value = call[name];
  if (value === undefined || value === null) return undefined;
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id !== 'string') throw new CallRefused(`${name} is ${kindOf(value)}, not text`);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new CallRefused(`${name} is a number that is not exact: send it as text`);
  }
  if (id.trim() === '') return undefined;
  if (Buffer.byteLength(id) > ID_BYTES_MAX) {
    throw new CallRefused(`${name} is longer than ${ID_BYTES_MAX} bytes`);
  }
  return id;
}

function readTime(call: JsonObject, name: string): number | undefined {
  const value = call[name];
  if (value === undefined || value === null || value === '') return undefined;
  const ms = readMoment(value);
  if (ms === null) throw new CallRefused(`${name} is not a time such as 2026-11-22T10:17:30.000Z`);
  return ms;
}

function readEvent(call: JsonObject, type: CallType): string | undefined {
  if (type === 'identify' || type === 'alias') return undefined;
  if (type !== 'track') return type;
  const { event } = call;
  if (typeof event !== 'string' || event.trim() === '') {
    throw new CallRefused(`event is ${event === '' ? 'blank' : kindOf(event)}, not a name`);
  }
  if (event.length > EVENT_NAME_LENGTH_MAX) {
    throw new CallRefused(`event is longer than ${EVENT_NAME_LENGTH_MAX} characters`);
  }
  return event;
}

/** About the person: of an identify its traits, and of every call those that its context brings along. */
function readTraits(call: JsonObject, context: JsonObject, type: CallType): JsonObject | undefined {
  const device = asObject(context['device'], 'context.device') ?? {};
  const { advertisingId, adTrackingEnabled } = device;
  const hasAdId = typeof advertisingId === 'string' && adTrackingEnabled !== false;
  const traits = {
    ...(hasAdId ? { madid: advertisingId } : {}),
    ...asObject(context['traits'], 'context.traits'),
    ...(type === 'identify' ? asObject(call['traits'], 'traits') : {}),
  };
  return Object.keys(traits).length > 0 ? traits : undefined;
}

function readProperties(call: JsonObject, type: CallType): JsonObject | undefined {
  if (type === 'identify' || type === 'alias') return undefined;
  if (type === 'group') {
    const groupId = readId(call, 'groupId');
    if (groupId === undefined) throw new CallRefused('a group call needs groupId');
    return { ...asObject(call['traits'], 'traits'), groupId };
  }
  const properties = asObject(call['properties'], 'properties');
  const { name, category } = call;
  if (type === 'track') return properties;
  return {
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
    ...(typeof category === 'string' && category !== '' ? { category } : {}),
    ...properties,
  };
}

function asObject(value: unknown, path: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as JsonObject;
  throw new CallRefused(`${path} is ${kindOf(value)}, not an object`);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Without what is undefined: it waits as JSON, and less is faster. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
