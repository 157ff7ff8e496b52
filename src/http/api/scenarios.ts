import { randomUUID } from 'node:crypto';
import { eventCatalogue, presetCatalogue } from '#automations/catalogue.ts';
import { must } from '#domain/errors/assert.ts';
import { readAudience } from '#store/audiences.ts';
import { readDatabase } from '#store/databases.ts';
import { externalIdOf } from '#store/profile-details.ts';
import { automationOf, listScenarios, readScenarioRow, type Scenario } from '#store/scenarios.ts';
import { countOnSteps } from '#store/walks.ts';
import { startByName } from '#sync/scenario-starts.ts';
import {
  checkScenario,
  createScenario,
  dropScenario,
  type ScenarioName,
  showScenario,
  showWalks,
  switchScenario,
} from '#sync/scenarios.ts';
import { seesDatabase } from '../auth/principal.ts';
import * as contract from '../contract/scenarios.ts';
import { answer, type Api, type ApiContext, type ApiParts } from './api.ts';
import { languageOf } from './asked-language.ts';
import { seenDatabase } from './databases-seen.ts';
import { shownTo } from './masking.ts';
import { pageOfAll } from './page.ts';

export function serveScenarios(api: Api, parts: ApiParts): void {
  serveReads(api, parts);
  serveChanges(api, parts);
  servePeople(api, parts);
}

function serveReads(api: Api, parts: ApiParts): void {
  const { store } = parts.muster;

  answer(api, parts, contract.listScenarios, async ({ query, principal }, context) => {
    const found = (await listScenarios(store, query.kind)).filter(
      ({ name, databaseId }) =>
        seesDatabase(principal, databaseId) &&
        (query.name === undefined || name === query.name) &&
        (query.databaseId === undefined || String(databaseId) === query.databaseId),
    );
    return pageOfAll(await Promise.all(found.map((one) => describe(parts, context, one))), query);
  });

  answer(api, parts, contract.getScenario, async ({ params }, context) =>
    describe(parts, context, await readScenarioRow(store, Number(params.scenarioId))),
  );

  answer(api, parts, contract.getAutomation, async ({ params }, context) => {
    const { name } = await readAudience(store, Number(params.audienceId));
    return await describe(parts, context, await automationOf(store, name));
  });

  answer(api, parts, contract.listPresets, () =>
    Promise.resolve({ presets: presetCatalogue, events: eventCatalogue }),
  );
}

function serveChanges(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.checkScenario, ({ body }, context) =>
    Promise.resolve(checkScenario(body.definition, languageOf(context))),
  );

  answer(api, parts, contract.createScenario, async ({ body, principal }, context) => {
    const { name, definition } = body;
    const databaseId = await seenDatabase(store, principal, body.databaseId);
    const { name: database } = await readDatabase(store, databaseId);
    const { id } = await createScenario(muster, { name, database, definition });
    return await describe(parts, context, await readScenarioRow(store, id));
  });

  answer(api, parts, contract.switchScenario, async ({ params, body }, context) => {
    const scenario = await readScenarioRow(store, Number(params.scenarioId));
    await switchScenario(muster, nameOf(scenario), body.state);
    return await describe(parts, context, await readScenarioRow(store, scenario.id));
  });

  answer(api, parts, contract.removeScenario, async ({ params }) => {
    const scenario = await readScenarioRow(store, Number(params.scenarioId));
    await dropScenario(muster, nameOf(scenario).name);
    return null;
  });
}

function servePeople(api: Api, parts: ApiParts): void {
  const { muster } = parts;
  const { store } = muster;

  answer(api, parts, contract.startScenario, async ({ params, body }) => {
    const { externalIds: ids, emails, rule, key, checkConditions } = body;
    const find = async () => await readScenarioRow(store, Number(params.scenarioId));
    const { name } = await find();
    const { started, held, unknown } = await startByName(muster, find, {
      people: { ids, emails },
      rule,
      cause: key ?? randomUUID(),
      unasked: name === null && !checkConditions,
    });
    return { started, held, unknown: unknown.count };
  });

  answer(
    api,
    parts,
    contract.listWalks,
    async ({ params, query, principal, databaseId }, context) => {
      const scenario = await readScenarioRow(store, Number(params.scenarioId));
      const person =
        query.profileId === undefined
          ? null
          : await externalIdOf(store, databaseId, query.profileId);
      const shown = shownTo(principal);
      const walks = await showWalks(muster, nameOf(scenario), person, languageOf(context));
      const items = walks.map((walk) => {
        const { walkId: id, externalId, startedAt, endedAt, steps, next } = walk;
        return { id, externalId: shown(externalId), startedAt, endedAt, steps, next };
      });
      return { items, next: null };
    },
  );
}

function nameOf({ name, audience }: Scenario): ScenarioName {
  if (name !== null) return { kind: 'scenario', name };
  return { kind: 'automation', name: must(audience, 'an automation is an audience’s') };
}

async function describe({ muster }: ApiParts, context: ApiContext, scenario: Scenario) {
  const { id, databaseId, name, audienceId, audience, state, createdAt, activatedAt } = scenario;
  const { start, steps, people } = await showScenario(
    ...([muster, nameOf(scenario), languageOf(context)] as const),
  );
  const onStep = await countOnSteps(muster.store, id);
  return {
    ...{ id: String(id), databaseId: String(databaseId), name, audience, state },
    audienceId: audienceId === null ? null : String(audienceId),
    ...{ createdAt, activatedAt, start, steps },
    definition: scenario.definition as Record<string, unknown>,
    people: {
      ...people,
      onStep: onStep.map(({ step, people: waiting }) => ({ step: step + 1, people: waiting })),
    },
  };
}
