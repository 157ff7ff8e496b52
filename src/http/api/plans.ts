import { must } from '#domain/errors/assert.ts';
import type { Plan } from '#plan/make.ts';
import { audienceName } from '#store/audiences.ts';
import { findPlan } from '#store/plans.ts';
import { listRuns, readRunReport } from '#store/run-history.ts';
import { applyPlan, planAudience } from '#sync/apply.ts';
import { planReport } from '#sync/plan-report.ts';
import type { SyncReport } from '#sync/reports.ts';
import * as contract from '../contract/plans.ts';
import { acceptedRun, answer, type Api, type ApiParts } from './api.ts';

export function servePlans(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.makePlan, async ({ params }) =>
    planAudience(muster, await audienceName(store, Number(params.audienceId)), () => {}),
  );

  answer(api, parts, contract.getPlan, async ({ params }) => {
    const { audienceId, counts, state } = await planOf(params.planId);
    const report = planReport(await audienceName(store, audienceId), counts as Plan, 0);
    return { ...report, audienceId: String(audienceId), state };
  });

  answer(api, parts, contract.getRunReport, async ({ params }) => ({
    report: (await readRunReport(store, Number(params.runId))) as SyncReport | null,
  }));

  answer(api, parts, contract.applyPlan, async ({ params }, context) => {
    const { audienceId } = await planOf(params.planId);
    // It goes on when the answer is out; what hinders it is said before the first request.
    const begun = Promise.withResolvers<void>();
    const work = applyPlan(muster, params.planId, () => begun.resolve());
    work.catch(() => {});
    await Promise.race([begun.promise, work]);
    const [run] = await listRuns(store, { audienceId, activeOnly: false, limit: 1 });
    const { runId } = must(run, 'a plan is applied by a run');
    return await acceptedRun(store, context, Number(runId));
  });

  /** Access has found it already. */
  const planOf = async (checksum: string) =>
    must(await findPlan(store, checksum), 'a plan that was found is there');
}
