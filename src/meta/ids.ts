import { MusterError } from '#domain/errors/muster-error.ts';

/** The ad account as paths spell it, `act_<number>`. @throws MusterError META_ID */
export function adAccountNode(account: string): string {
  const number = /^(?:act_)?(\d{1,20})$/.exec(account.trim())?.[1];
  if (number === undefined) throw new MusterError('META_ID', 'an ad account is a number');
  return `act_${number}`;
}

/** The id of an audience, business or person, safe to stand in a path. @throws MusterError META_ID */
export function nodeId(id: string): string {
  const number = /^\d{1,20}$/.exec(id.trim())?.[0];
  if (number === undefined) throw new MusterError('META_ID', 'an id is digits only');
  return number;
}
