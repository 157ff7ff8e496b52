import { MusterError } from '#domain/errors/muster-error.ts';
import type { Filling } from './audiences.ts';
import type { Tx } from './db.ts';

/** The daily rule of an audience was applied. */
export async function markRuled(tx: Tx, audienceId: number): Promise<void> {
  await tx.query('update audience set ruled_at = muster_now() where id = $1', [audienceId]);
}

/** Makes the rule of an audience due, whenever it was applied last. */
export async function makeRuleDue(tx: Tx, audienceId: number): Promise<void> {
  await tx.query('update audience set ruled_at = null where id = $1', [audienceId]);
}

/**
 * Fills an audience in another way from now on. Its members stay as placed, or go; whoever calls
 * evaluates it then.
 * @throws MusterError AUDIENCE_OTHER_WAY while a scenario fills it
 */
export async function changeWay(
  tx: Tx,
  audienceId: number,
  filling: Filling & Required<Pick<Filling, 'way'>>,
  members: 'keep' | 'drop',
): Promise<void> {
  const scenarios = await tx.query<{ name: string }>(
    `select s.name from scenario s join scenario_audience f on f.scenario_id = s.id
     where f.audience_id = $1 limit 1`,
    [audienceId],
  );
  if (scenarios[0] !== undefined) {
    throw new MusterError('AUDIENCE_OTHER_WAY', `the scenario “${scenarios[0].name}” fills it`);
  }
  await tx.query('delete from scenario where audience_id = $1', [audienceId]);
  await tx.query('delete from placed where audience_id = $1', [audienceId]);
  if (members === 'keep') {
    await tx.query(
      `insert into placed (audience_id, profile_id, at)
       select audience_id, profile_id, since from member where audience_id = $1`,
      [audienceId],
    );
  }
  await tx.query(
    `update audience set way = $2, rule = $3, rule_version = $4, rule_mode = $5, rule_daily = $6,
       event_key = $7, ruled_at = null, feed_position = null where id = $1`,
    [
      audienceId,
      filling.way,
      filling.rule === null ? null : JSON.stringify(filling.rule),
      filling.ruleVersion,
      filling.ruleMode ?? 'match',
      filling.ruleDaily ?? false,
      filling.eventKey ?? null,
    ],
  );
}
