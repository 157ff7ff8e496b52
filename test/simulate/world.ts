import { must } from '#domain/errors/assert.ts';
import { Chance } from '../exact/chance.ts';
import { Company, type CompanyFile, type Person } from '../exact/company.ts';
import { KnownPeople, type WantedRow } from '../exact/known-people.ts';
import { keysOf } from '../exact/known-people.ts';
import { holds, randomRule, type TestRule } from '../exact/test-rule.ts';
import type { FilePlan, Script } from './script.ts';
import type { Stage } from './stage.ts';
import type { Upload } from './wire.ts';
import type { Statement } from './worker-store.ts';

/** An audience as the world knows it. */
export interface AudienceTruth {
  readonly rule: TestRule;
  /** By Muster's last look. */
  members: ReadonlySet<string>;
  /** Somebody wants its people removed before it is deactivated. */
  isEmptying: boolean;
  /** Every Meta audience that was made for it. */
  readonly metaAudienceIds: Set<string>;
}

/**
 * What is true outside of Muster: the company's people, what of them was taken in, who belonged when
 * Muster last looked, and what was wanted when each request was written down. It learns of commits,
 * never of what Muster thinks.
 */
export class World {
  readonly company: Company;
  readonly audiences: readonly AudienceTruth[];
  readonly known = new KnownPeople();
  /** What must never happen, and did. */
  readonly #broken: string[] = [];
  /** How many files have come in. */
  imports = 0;
  /** Those that an audience has by Muster's own ids, in the order of `audiences`. */
  audienceIds: readonly number[] = [];
  /** Who is about to be opted out or forgotten, by the process that does it. */
  readonly leaving = new Map<string, string>();
  /** Files on their way in, by name. */
  readonly #files = new Map<string, CompanyFile>();
  /** What each process takes in, and what it has begun to: a rebuild under another country has no name. */
  readonly #taking = new Map<string, CompanyFile>();
  readonly #importing = new Map<string, string>();
  #away: [string, Person][] = [];
  /** What each audience wanted when a request with this session was written down. */
  readonly #wantedAt = new Map<string, readonly (readonly WantedRow[])[]>();
  /** Sessions of the lane, where opt-outs and whoever shares their values leave. */
  readonly #lane = new Set<string>();
  /** Identifying value → the people who ever had it. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #stage: Stage;

  constructor({ seed, setting }: Script, stage: Stage) {
    this.#stage = stage;
    const chance = new Chance(seed);
    this.company = new Company(chance.fork(), {
      size: setting.people,
      sharing: setting.sharing,
      columns: setting.columns,
      firstNumber: (seed * 10_000) % 70_000_000,
    });
    this.audiences = Array.from({ length: setting.audiences }, () => ({
      rule: fittingRule(chance, this.company),
      members: new Set<string>(),
      isEmptying: false,
      metaAudienceIds: new Set<string>(),
    }));
  }

  get broken(): readonly string[] {
    return this.#broken;
  }

  broke(what: string): void {
    this.#stage.note(`BROKEN ${what}`);
    this.#broken.push(what);
  }

  /** The next file of the company, after what happened to its people since the last one. */
  nextFile(seed: number, plan: FilePlan): CompanyFile {
    const { company } = this;
    const chance = new Chance(seed);
    company.restart(chance.fork());
    for (const [id, person] of this.#away) {
      // Gone from one file or for good; a mirror tells the two apart.
      if (chance.happens(plan.return)) company.people.set(id, person);
    }
    company.change(plan.change);
    this.#away = company.lose(plan.lose);
    for (let i = 0; i < plan.join; i++) company.join();
    return company.file({ mirror: plan.mirror, country: plan.country });
  }

  announce(name: string, file: CompanyFile, by: string): void {
    this.#files.set(name, file);
    this.#taking.set(by, file);
  }

  /** A transaction is durable: what of it concerns the world? */
  committed(statements: readonly Statement[], by: string): void {
    for (const { text, params } of statements) {
      if (text.includes('insert into import (')) this.#importing.set(by, String(params[1]));
      if (text.includes(`update import set state = 'done'`)) this.#imported(by);
      if (text.includes('feed_position = coalesce(')) this.#evaluated(Number(params[0]));
      if (text.includes(`'opt-out', muster_now()`)) this.known.optOut(this.#leaver(by));
      if (text.includes('insert into erasure (')) this.known.forget(this.#leaver(by));
      if (text.includes('set emptying_at = ')) this.audience(Number(params[0])).isEmptying = true;
      if (text.includes('emptying_at = null')) this.audience(Number(params[0])).isEmptying = false;
      if (text.includes('insert into operation (')) this.#written(params);
      if (text.includes('insert into link (')) {
        this.audience(Number(params[0])).metaAudienceIds.add(String(params[3]));
      }
    }
  }

  audience(id: number): AudienceTruth {
    return must(this.audiences[this.audienceIds.indexOf(id)], 'an audience of this life');
  }

  #leaver(by: string): string {
    return must(this.leaving.get(by), 'somebody who was announced');
  }

  #imported(by: string): void {
    this.imports++;
    const file = this.#files.get(must(this.#importing.get(by), 'it has begun'));
    const { country } = must(this.#taking.get(by), 'a file is on its way');
    // Without a name of ours it is the rebuild under another default country.
    if (file === undefined) this.known.setCountry(must(country, 'a country was given'));
    else this.known.apply(file);
    for (const row of this.known.everyRow()) {
      for (const key of keysOf(row)) {
        const id = row.cells[0] ?? '';
        this.#holders.set(key, (this.#holders.get(key) ?? new Set()).add(id));
      }
    }
  }

  #evaluated(audienceId: number): void {
    const audience = this.audience(audienceId);
    audience.members = audience.isEmptying
      ? new Set()
      : this.known.members(audience.rule, new Date(this.#stage.nowMs));
  }

  isOfLane({ sessionId }: Upload): boolean {
    return this.#lane.has(sessionId);
  }

  #written(params: readonly unknown[]): void {
    const [sessionId, , lane] = params.slice(4);
    if (lane === true) this.#lane.add(String(sessionId));
    const wanted = this.audiences.map((audience) => this.wantedNow(audience));
    for (const param of params) {
      if (typeof param === 'string' && /^\d+$/.test(param)) this.#wantedAt.set(param, wanted);
    }
  }

  /** By the members of the last look; deletions and a no count at once. */
  wantedNow({ members }: AudienceTruth): WantedRow[] {
    return this.known.rows(members);
  }

  /** What an evaluation now would make wanted. */
  wantedAfterLook({ rule }: AudienceTruth): WantedRow[] {
    return this.known.wanted(rule, new Date(this.#stage.nowMs));
  }

  /** What was wanted when this request was written down. */
  wantedWhenWritten({ sessionId, metaAudienceId }: Upload): readonly WantedRow[] {
    const written = must(
      this.#wantedAt.get(sessionId),
      'a request is written down before it is sent',
    );
    const index = this.audiences.findIndex((one) => one.metaAudienceIds.has(metaAudienceId));
    return must(written[index], 'a request goes to a Meta audience that is linked');
  }

  /**
   * A Meta that knows whose a value is: a removal by it takes the person, not the row. Only where
   * every value of the request was one person's alone, since who it takes of several nobody says.
   */
  asPeople(upload: Upload): Upload {
    const owners = upload.rows.map((cells) => {
      const people = keysOf({ cells }).map((key) => this.#holders.get(key));
      const [first] = people;
      const [owner] = first ?? [];
      return people.every((holders) => holders?.size === 1) ? owner : undefined;
    });
    if (owners.includes(undefined)) return upload;
    return { ...upload, rows: upload.rows.map(([_, ...cells], i) => [owners[i] ?? '', ...cells]) };
  }
}

function fittingRule(chance: Chance, { people }: Company): TestRule {
  for (let tries = 0; ; tries++) {
    const rule = randomRule(chance);
    if (/within_last|older_than/.test(JSON.stringify(rule))) continue;
    const found = [...people.values()].filter((values) => holds(rule, values, new Date(0)));
    if (found.length >= people.size / 3 || tries > 200) return rule;
  }
}
