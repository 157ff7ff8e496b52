import { templates } from '#audiences/templates.ts';
import { must } from '#domain/errors/assert.ts';
import { switchSweep } from '#jobs/control.ts';
import { audienceName } from '#store/audiences.ts';
import { listRuns } from '#store/run-history.ts';
import { planReplacement, replaceMembers } from '#sync/replace.ts';
import * as contract from '../contract/upkeep.ts';
import { acceptedRun, answer, type Api, type ApiParts } from './api.ts';

/** What keeps an audience right beside its runs, and what to begin one with. */
export function serveUpkeep(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;
  const nameOf = ({ audienceId }: { audienceId: string }) =>
    audienceName(store, Number(audienceId));

  answer(api, parts, contract.planReplacement, async ({ params }) =>
    planReplacement(muster, await nameOf(params), () => {}),
  );

  answer(api, parts, contract.confirmReplacement, async ({ params }, context) => {
    const { checksum, audienceId } = params;
    // It goes on when the answer is out; what hinders it is said before the first request.
    const begun = Promise.withResolvers<void>();
    const work = replaceMembers(muster, await nameOf(params), checksum, () => begun.resolve());
    work.catch(() => {});
    await Promise.race([begun.promise, work]);
    const wish = { audienceId: Number(audienceId), activeOnly: false, limit: 1 };
    const [run] = await listRuns(store, wish);
    const { runId } = must(run, 'an exchange is made by a run');
    return await acceptedRun(store, context, Number(runId));
  });

  answer(api, parts, contract.getSweep, async ({ params }) => {
    const { audience, sweep } = await switchSweep(muster, await nameOf(params));
    return { audience, sweep };
  });

  answer(api, parts, contract.setSweep, async ({ params, body }) => {
    const name = await nameOf(params);
    const { audience, sweep } = await switchSweep(muster, name, body.sweep === 'on');
    return { audience, sweep };
  });

  answer(api, parts, contract.listRuleTemplates, async () => ({
    items: Object.entries(templates).map(([name, { summary, daysDefault, rule }]) => ({
      ...{ name, summary, days: daysDefault, rule: { ...rule(daysDefault) } },
    })),
  }));
}
