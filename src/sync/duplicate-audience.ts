import { parseRule, ruleVersion } from '#audiences/rule.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { snakeCase } from '#domain/snake-case.ts';
import { copyAudience, freeCopyName } from '#store/audience-edits.ts';
import { findAudience, readAudience, refuseTakenKey } from '#store/audiences.ts';
import { evaluate } from './evaluate.ts';
import type { Muster } from './muster.ts';

/**
 * A copy of an audience: filled, filed and sent as that one is, inactive and linked to nothing. What
 * was put into it by hand is in the copy too.
 * @param newName null: the name and “(copy)”
 * @returns its name. @throws MusterError AUDIENCE_EXISTS, AUDIENCE_KEY_TAKEN, AUDIENCE_OTHER_WAY
 */
export async function duplicateAudience(
  { store }: Muster,
  name: string,
  newName: string | null,
): Promise<string> {
  const original = await findAudience(store, name);
  if (original.way === 'automation') {
    const measured = `“${name}” is filled by its automation, which is its own`;
    throw new MusterError('AUDIENCE_OTHER_WAY', measured);
  }
  return await store.tx(async (tx) => {
    const copied = newName ?? (await freeCopyName(tx, name));
    await refuseTakenKey(tx, original.databaseId, copied);
    const key = original.way === 'events' ? snakeCase(copied) : null;
    // Events fill the copy by a key of its own: that of the original is the original's for good.
    const rule = key === null ? null : parseRule({ trait: key, op: 'equals', value: true });
    const byKey = rule === null || key === null ? null : { key, rule, version: ruleVersion(rule) };
    const id = await copyAudience(tx, original.id, copied, byKey);
    if (original.way !== 'rule') await evaluate(tx, await readAudience(tx, id));
    return copied;
  });
}
