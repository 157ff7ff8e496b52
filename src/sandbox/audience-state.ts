import type { WireStatus } from '#meta/wire.ts';
import { type AudienceRecord, isCustomerList, shownPeople } from './audience-records.ts';
import type { Settings } from './settings.ts';

/** A session, and so an exchange of all members, ends by itself after 90 minutes. */
export const sessionMs = 90 * 60 * 1000;
const dayMs = 86_400_000;
/** From the notice until an audience that nobody uses is deleted. */
const noticeMs = 90 * dayMs;

/** Whether an exchange of all its members runs, or is still being worked in. */
export function isReplacing({ details, readyAt }: AudienceRecord, now: number): boolean {
  const { replace } = details;
  if (replace === null) return false;
  return now < Math.max(readyAt ?? 0, replace.endedAt ?? replace.startedAt + sessionMs);
}

/** When an audience that no active ad set uses will be deleted, once it has notice; else null. */
export function deletedAtOf(
  { details, createdAt }: AudienceRecord,
  now: number,
  { unusedDaysMax }: Settings,
): number | null {
  const noticeAt = (details.lastUsedAt ?? createdAt) + unusedDaysMax * dayMs;
  const isOnNotice = now >= noticeAt || details.statusCode === 100;
  return isOnNotice ? Math.max(noticeAt, createdAt) + noticeMs : null;
}

/** The people of an audience as Meta shows them now; -1 = unknown. */
export function peopleOf(audience: AudienceRecord, now: number, settings: Settings): number {
  const { details } = audience;
  const code = operationCode(audience, now, settings);
  if (details.lookalike !== null && (code === 441 || code === 450)) return -1;
  return details.people ?? shownPeople(audience, now);
}

/** The operation status, by the reference of the Custom Audience (read 2026-09-12). */
export function operationCode(audience: AudienceRecord, now: number, settings: Settings): number {
  const { details, createdAt } = audience;
  if (details.statusCode !== null) return details.statusCode;
  if (details.flaggedFields.length > 0) return 471;
  if (isReplacing(audience, now)) return 414;
  if (deletedAtOf(audience, now, settings) !== null) return 100;
  if (details.lookalike !== null) {
    if (now < createdAt + settings.lookalikeProcessingMs) return 441;
    return now < (details.lastUsedAt ?? createdAt) + noticeMs ? 200 : 450;
  }
  return isCustomerList(audience) && details.people === null
    ? listCode(audience, now, settings)
    : 200;
}

function listCode(audience: AudienceRecord, now: number, settings: Settings): number {
  const { manyInvalidPercent, lowMatchPercent } = settings;
  if (audience.changedAt === null) return 410;
  if (audience.readyAt !== null && now < audience.readyAt) return 441;
  if (audience.invalidPercent >= manyInvalidPercent && audience.invalidPercent > 0) return 412;
  if (audience.peopleMatched * 100 < audience.rowsHeld * lowMatchPercent) return 411;
  return 200;
}

export function operationStatus(code: number): WireStatus {
  return { code, description: operationWords[code] ?? 'Status is not known.' };
}

/** The codes that the reference lists. */
export const operationWords: Readonly<Record<number, string>> = {
  0: 'Status not available.',
  100: 'Expiring: this audience was not used for two years and will be deleted.',
  200: 'Normal',
  400: 'Warning: some of this audience may not work as expected.',
  410: 'No file has been uploaded to this audience yet.',
  411: 'Low match rate: few of the people in your file were found.',
  412: 'Many entries of the last upload were invalid.',
  414: 'The people of this audience are being replaced.',
  415: 'Replacing the people of this audience failed.',
  421: 'The pixel of this audience is missing.',
  422: 'The pixel of this audience has not fired recently.',
  423: 'The pixel of this audience is invalid.',
  431: 'This lookalike audience could not be refreshed.',
  432: 'This lookalike audience could not be made.',
  433: 'This lookalike audience could not be made.',
  434: 'Making this lookalike audience is being tried again.',
  441: 'We are still finding people in this audience. You can use it already.',
  442: 'Filling this audience from the past failed.',
  450: 'Out of date: this audience was not used for a long time.',
  470: 'The account of the creator of this audience is inactive.',
  471: 'Flagged: this audience may not follow our rules and cannot be used.',
  500: 'Error: something has to be done about this audience.',
};

const unusable: ReadonlySet<number> = new Set([415, 432, 433, 471, 500]);

/** 200 ready, 300 too small or not known, 400 unusable. */
export function deliveryStatus(people: number, operation: number, settings: Settings): WireStatus {
  if (unusable.has(operation)) return { code: 400, description: 'This audience cannot be used.' };
  if (operation === 450) return { code: 300, description: 'This audience is inactive.' };
  return people >= settings.deliveryFloor
    ? { code: 200, description: 'This audience is ready for use.' }
    : { code: 300, description: 'Audience too small: it has too few people to be used for ads.' };
}
