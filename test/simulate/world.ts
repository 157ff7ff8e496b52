import { must } from '#domain/errors/assert.ts';
import type { Chance } from '../exact/chance.ts';
import { Company, type CompanyFile } from '../exact/company.ts';
import { KnownPeople, type WantedRow } from '../exact/known-people.ts';
import { keysOf } from '../exact/meta-model.ts';
import { holds, randomRule, type TestRule } from '../exact/test-rule.ts';
import type { Stage } from './stage.ts';
import type { Upload } from './wire.ts';
import type { Statement } from './worker-store.ts';

/**
 * What is true outside of Muster: the company's people, what of them was taken in, who belonged when
 * Muster last looked, and what was wanted when each request was written down. It learns of commits,
 * never of what Muster thinks.
 */
export class World {
  readonly company: Company;
  readonly rule: TestRule;
  readonly known = new KnownPeople();
  /** What must never happen, and did. */
  readonly broken: string[] = [];
  /** How many files have come in. */
  imports = 0;
  /** Every upload that left a worker. */
  readonly sent: Upload[] = [];
  #members: ReadonlySet<string> = new Set();
  /** Files on their way in, by name. */
  readonly #files = new Map<string, CompanyFile>();
  #importing = '';
  /** What was wanted when a request with this session was written down. */
  readonly #wantedAt = new Map<string, readonly WantedRow[]>();
  /** Identifying value → the people who ever had it. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #stage: Stage;

  constructor(chance: Chance, stage: Stage, firstNumber: number) {
    this.#stage = stage;
    this.company = new Company(chance.fork(), {
      size: 5 + chance.below(36),
      sharing: chance.pick([0, 0.3, 0.6]),
      columns: ['email', 'email2', 'phone', 'last', 'plan', 'spent', 'consent'],
      firstNumber,
    });
    this.rule = fittingRule(chance, this.company);
  }

  announce(name: string, file: CompanyFile): void {
    this.#files.set(name, file);
  }

  /** A transaction is durable: what of it concerns the world? */
  committed(statements: readonly Statement[]): void {
    for (const { text, params } of statements) {
      if (text.includes('insert into import (')) this.#importing = String(params[1]);
      if (text.includes(`update import set state = 'done'`)) this.#imported();
      if (text.includes('feed_position = pg_current_snapshot()')) this.#evaluated();
      if (text.includes('insert into operation (')) this.#written(params);
    }
  }

  #imported(): void {
    this.imports++;
    const file = this.#files.get(this.#importing);
    // Without a name of ours it is the rebuild under another default country.
    const rebuilt = must([...this.#files.values()].at(-1), 'a file is on its way');
    if (file === undefined) this.known.setCountry(must(rebuilt.country, 'a country was given'));
    else this.known.apply(file);
    for (const row of this.known.everyRow()) {
      for (const key of keysOf(row)) {
        const id = row.cells[0] ?? '';
        this.#holders.set(key, (this.#holders.get(key) ?? new Set()).add(id));
      }
    }
  }

  #evaluated(): void {
    this.#members = this.known.members(this.rule, new Date(this.#stage.nowMs));
  }

  #written(params: readonly unknown[]): void {
    const wanted = this.wantedNow();
    for (const param of params) {
      if (typeof param === 'string' && /^\d+$/.test(param)) this.#wantedAt.set(param, wanted);
    }
  }

  /** By the members of the last look; deletions and a no count at once. */
  wantedNow(): WantedRow[] {
    return this.known.rows(this.#members);
  }

  /** What an evaluation now would make wanted. */
  wantedAfterLook(): WantedRow[] {
    return this.known.wanted(this.rule, new Date(this.#stage.nowMs));
  }

  /** I3 and its opposite: nothing wanted goes out, nothing unwanted in. */
  checkSent(upload: Upload): void {
    const { direction, sessionId, rows } = upload;
    this.sent.push(upload);
    const wanted = must(
      this.#wantedAt.get(sessionId),
      'a request is written down before it is sent',
    );
    const texts = new Set(wanted.map(({ cells }) => JSON.stringify(cells)));
    const keys = new Set(wanted.flatMap(keysOf));
    for (const cells of rows) {
      if (direction === 'add' && !texts.has(JSON.stringify(cells))) {
        this.broken.push(`I4: an addition of what nobody wants: ${keysOf({ cells }).join(' ')}`);
      }
      const hurt = keysOf({ cells }).filter((key) => keys.has(key));
      if (direction === 'remove' && hurt.length > 0) {
        this.broken.push(`I3: a removal by what is wanted: ${hurt.join(' ')}`);
      }
    }
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
  for (;;) {
    const rule = randomRule(chance);
    if (/within_last|older_than/.test(JSON.stringify(rule))) continue;
    const found = [...people.values()].filter((values) => holds(rule, values, new Date(0)));
    if (found.length >= people.size / 3) return rule;
  }
}
