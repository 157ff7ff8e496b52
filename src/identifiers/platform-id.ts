import type { BesideKey } from '#domain/identifier-keys.ts';
import { asciiDigits } from './characters.ts';
import { firstLook } from './first-look.ts';
import { type Outcome, unusable, value } from './outcome.ts';

const digitsOnly = /^\d{1,20}$/;
const allZeros = /^0+$/;
const hashLike = /^[0-9a-f]{64}$/i;

/** Ids that Meta gave out, for people of an app, a page or an Instagram account: plain digits. */
function normalisePlatformId(raw: string, label: string): Outcome {
  const text = asciiDigits(raw.trim());
  const early = firstLook(text, label);
  if (early !== null) return early;
  if (hashLike.test(text)) return unusable(`${label}: a hash, Meta takes it plain`);
  if (!digitsOnly.test(text)) return unusable(`${label}: not a number`);
  return allZeros.test(text) ? unusable(`${label}: all zeros`) : value(text);
}

/** Whose a user id is: the app, page or Instagram account that stands beside the row. */
export function normaliseOwnerId(raw: string, key: BesideKey): Outcome {
  return normalisePlatformId(raw, ownerLabels[key]);
}

const ownerLabels: Readonly<Record<BesideKey, string>> = {
  app_ids: 'app id',
  page_ids: 'page id',
  ig_account_ids: 'instagram account id',
};

export function normaliseAppUserId(raw: string): Outcome {
  return normalisePlatformId(raw, 'app user id');
}

export function normalisePageUserId(raw: string): Outcome {
  return normalisePlatformId(raw, 'page user id');
}

export function normaliseInstagramUserId(raw: string): Outcome {
  return normalisePlatformId(raw, 'instagram user id');
}
