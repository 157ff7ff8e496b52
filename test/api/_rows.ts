import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from 'vitest';
import { must } from '#domain/errors/assert.ts';
import { takeOneModel } from '#jobs/model-runs.ts';
import { readCall } from '#ingest/read-call.ts';
import { takeOne } from '#jobs/workers.ts';
import type { ServedSandbox } from '#sandbox/serve.ts';
import { writeInbox } from '#store/inbox.ts';
import { EventReceiver } from '#sync/receive-events.ts';
import { refreshMembers } from '#sync/refresh.ts';
import { goOn } from '#sync/walks.ts';
import { silentLog } from '../support/silent-log.ts';
import type { Site } from './_site.ts';

/** For what shows a moment after it was clicked. */
export const waiting = { timeout: 60_000 };
/** Longer than the sandbox works on a change. */
const PROCESSED_MS = 10_000;

/** Tests by what they show, in order. */
export type RowTests = Readonly<Record<string, (rows: Rows) => Promise<void>>>;

/** One server, one browser and one sandbox, which all rows share. */
export class Rows {
  readonly site: Site;
  readonly served: ServedSandbox;
  #calls = 0;

  constructor(site: Site, served: ServedSandbox) {
    this.site = site;
    this.served = served;
  }

  /** The second step of the wizard, for the account that the place is connected to. */
  async newAudience(name: string, way?: string): Promise<Page> {
    const page = await this.site.open('/audiences/new');
    await page.getByRole('radio', { name: /^sandbox Sandbox/ }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('This is fixed.').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    if (way !== undefined) await page.getByRole('radio', { name: way }).click();
    return page;
  }

  async audience(name: string) {
    const { data } = await this.site.desk.owner.GET('/audiences', { params: { query: { name } } });
    return must(data?.items[0], name);
  }

  async membersOf(name: string): Promise<string[]> {
    const { id: audienceId } = await this.audience(name);
    const members = await this.site.desk.owner.GET('/audiences/{audienceId}/members', {
      params: { path: { audienceId }, query: {} },
    });
    return (members.data?.items ?? []).map(({ externalId }) => externalId).toSorted();
  }

  /** Made and, if wished, brought to Meta, behind the page's back. */
  async made(name: string, body: object, isSent = false): Promise<string> {
    const { owner } = this.site.desk;
    const made = await owner.POST('/audiences', { body: { name, integrationId: '1', ...body } });
    const audienceId = must(made.data, JSON.stringify(made.error)).id;
    await refreshMembers(this.site.desk.muster, { databaseId: null, atOnce: null });
    if (!isSent) return audienceId;
    await owner.POST('/audiences/{audienceId}/activate', { params: { path: { audienceId } } });
    await owner.POST('/audiences/{audienceId}/sync', { params: { path: { audienceId } } });
    await this.work();
    return audienceId;
  }

  /** Every run that waits is done, and Meta has worked it in. */
  async work(): Promise<void> {
    const { desk } = this.site;
    while (await takeOne(desk.muster, false, silentLog));
    desk.place.clock.nowMs += PROCESSED_MS;
  }

  /** People change by a file, and audiences by rule with them, as `muster serve` does it. */
  async receive(csv: string): Promise<void> {
    const { place, muster } = this.site.desk;
    await place.receive(csv);
    await refreshMembers(muster, { databaseId: null, atOnce: null });
  }

  /** A call of a site or shop comes in, and what it starts is done. */
  async call(raw: object): Promise<void> {
    const { muster, place } = this.site.desk;
    place.clock.nowMs += 1_000;
    this.#calls += 1;
    const how = { type: null, sentAt: undefined, hasGpc: false };
    const read = readCall(
      { timestamp: place.now().toISOString(), ...raw },
      { ...how, newMessageId: () => `m${this.#calls}` },
    );
    const row = { databaseId: 1, callCount: 1, calls: JSON.stringify([read]) };
    await muster.store.tx((tx) => writeInbox(tx, [row], []));
    await new EventReceiver(muster).receiveWaiting(1, { wait: true });
    while (await goOn(muster));
  }

  /** The rows that the sandbox holds of an audience. */
  async held(name: string): Promise<number> {
    const { metaAudienceId } = await this.audience(name);
    return (await this.site.desk.place.heldRows(metaAudienceId)).length;
  }

  async setSandbox(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.served.url}/_sandbox/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  }

  /** What Meta says of an audience to whoever asks. */
  async atMeta(name: string, fields: string): Promise<Record<string, unknown>> {
    const { metaAudienceId } = await this.audience(name);
    const answer = await fetch(`${this.served.url}/v26.0/${metaAudienceId}?fields=${fields}`, {
      headers: { authorization: `Bearer ${this.site.desk.place.sandbox.token}` },
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  /** A model of a file, read once; gives its id. */
  async model(name: string, csv: string, body: object = {}): Promise<string> {
    const { desk } = this.site;
    const folder = join(desk.directory, 'exports', name);
    await mkdir(folder, { recursive: true });
    const file = join(folder, 'people.csv');
    await writeFile(file, csv);
    // Long enough ago, by the clock of the place, that nobody writes it any more.
    await utimes(file, new Date('2026-01-01'), new Date('2026-01-01'));
    const settings = { pattern: 'people.csv' };
    const source = await desk.owner.POST('/sources', {
      body: { name, type: 'folder', url: folder, settings },
    });
    const model = await desk.owner.POST('/models', {
      body: {
        ...{ name, sourceId: must(source.data, 'a source').id, databaseId: '1', idColumn: 'nr' },
        ...body,
      },
    });
    return must(model.data, JSON.stringify(model.error)).id;
  }

  async readModel(modelId: string): Promise<void> {
    const { desk } = this.site;
    await desk.owner.POST('/models/{modelId}/runs', { params: { path: { modelId } }, body: {} });
    await takeOneModel(desk.muster, silentLog);
    await refreshMembers(desk.muster, { databaseId: null, atOnce: null });
  }
}

/** The first condition of a rule: what somebody's trait is. */
export async function askTrait(
  place: Page | ReturnType<Page['getByRole']>,
  trait: string,
  value: string,
) {
  await place.getByRole('combobox', { name: 'Trait', exact: true }).first().fill(trait);
  await place.getByRole('combobox', { name: 'Operator' }).first().selectOption('equals');
  await place.getByRole('textbox', { name: 'Value', exact: true }).first().fill(value);
}
