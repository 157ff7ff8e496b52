import { must } from '#domain/errors/assert.ts';
import { type Column, type CompanyFile, identifierColumns } from './company.ts';
import { holds, type TestRule } from './test-rule.ts';
import { type Value, wireOrder } from './values.ts';

/** A row that Meta should hold. */
export interface WantedRow {
  /** One person of the database; somebody deleted and taken in again is another one. */
  readonly person: string;
  /** In the order of the wire, '' where there is nothing. */
  readonly cells: readonly string[];
}

interface Known {
  readonly generation: number;
  readonly values: Map<Column, Value>;
  consent: boolean | null;
  /** They told us themselves: no file overrules it. */
  optedOut: boolean;
  /** Whatever rows were ever made of them could be matched by. */
  readonly everHeld: Set<string>;
}

/**
 * What a database should hold after files, as contract.md "Files" says it: what a file does not
 * speak of stays, a blank cell clears, of two records of one id the last counts with the strictest
 * consent, a mirror deletes whoever it lacks.
 */
export class KnownPeople {
  readonly #people = new Map<string, Known>();
  /** Values of people who opted out themselves or were forgotten, whoever brings them. */
  readonly #suppressed = new Set<string>();
  #generations = 0;
  #country: string | null = null;

  apply(file: CompanyFile): void {
    this.#country = file.country ?? this.#country;
    const last = new Map(file.records.map((record) => [record.id, record.cells]));
    for (const [id, cells] of last) {
      const known = this.#people.get(id) ?? {
        generation: ++this.#generations,
        values: new Map(),
        consent: null,
        optedOut: false,
        everHeld: new Set<string>(),
      };
      for (const column of file.columns) {
        const value = cells.get(column);
        if (value === undefined || value.written === '') known.values.delete(column);
        else known.values.set(column, value);
      }
      if (file.columns.includes('consent') && !known.optedOut) {
        known.consent = strictest(file, id);
      }
      this.#people.set(id, known);
    }
    if (file.mirror)
      for (const id of this.#people.keys()) if (!last.has(id)) this.#people.delete(id);
    this.#remember();
  }

  /** They said no to us directly. */
  optOut(id: string): void {
    const known = must(this.#people.get(id), 'somebody who is known');
    known.consent = false;
    known.optedOut = true;
    for (const row of this.#rows(id, known))
      for (const key of keysOf(row)) this.#suppressed.add(key);
  }

  forget(id: string): void {
    for (const key of must(this.#people.get(id), 'somebody who is known').everHeld) {
      this.#suppressed.add(key);
    }
    this.#people.delete(id);
  }

  ids(): string[] {
    return [...this.#people.keys()];
  }

  #remember(): void {
    for (const [id, known] of this.#people) {
      for (const row of this.#rows(id, known))
        for (const key of keysOf(row)) known.everHeld.add(key);
    }
  }

  /** The default country from now on, for everybody. */
  setCountry(country: string): void {
    this.#country = country;
    this.#remember();
  }

  /** Everybody whom the rule finds and consent lets pass. */
  members(rule: TestRule, now: Date): Set<string> {
    return new Set(
      [...this.#people]
        .filter(([, { consent, values }]) => consent !== false && holds(rule, values, now))
        .map(([id, known]) => personOf(id, known)),
    );
  }

  /**
   * Of those members who are still here and have not said no, the rows with enough to match by once
   * the values of people who did are left out, whoever else holds them (protocol.md §5). Whose very
   * id is among those is the person who was meant.
   */
  rows(members: ReadonlySet<string>): WantedRow[] {
    const refused = this.refusedValues();
    return [...this.#people]
      .filter(([id, known]) => known.consent !== false && members.has(personOf(id, known)))
      .filter(([id]) => !refused.has(`EXTERN_ID ${id}`))
      .flatMap(([id, known]) => this.#rows(id, known))
      .map((row) => without(row, refused))
      .filter(({ cells }) => isEnough(cells));
  }

  /** Identifying values of people who say no now, or said so for good, as key and value. */
  refusedValues(): Set<string> {
    const refused = [...this.#people]
      .filter(([, { consent }]) => consent === false)
      .flatMap(([id, known]) => this.#rows(id, known))
      .flatMap(keysOf);
    return new Set([...this.#suppressed, ...refused]);
  }

  wanted(rule: TestRule, now: Date): WantedRow[] {
    return this.rows(this.members(rule, now));
  }

  /** Members with a value that is there and gives nothing, and members with nothing good enough. */
  heldBack(members: ReadonlySet<string>): { bad: Set<string>; poor: Set<string> } {
    const bad = new Set<string>();
    const poor = new Set<string>();
    for (const [id, known] of this.#people) {
      const person = personOf(id, known);
      if (known.consent === false || !members.has(person)) continue;
      if (!this.#rows(id, known).some(({ cells }) => isEnough(cells))) poor.add(person);
      const country = this.#countryOf(known);
      const isBad = ([column, value]: [Column, Value]): boolean =>
        (identifierColumns as readonly string[]).includes(column) &&
        Object.keys(value.wire(country)).length === 0;
      if ([...known.values].some(isBad)) bad.add(person);
    }
    return { bad, poor };
  }

  /** Whatever anybody could be sent with. */
  everyRow(): WantedRow[] {
    return [...this.#people].flatMap(([id, known]) => this.#rows(id, known));
  }

  /** As many rows as somebody has e-mails; whatever they have one of stands in each. */
  #rows(id: string, known: Known): WantedRow[] {
    const { values } = known;
    const country = this.#countryOf(known);
    const cells: Record<string, string> = { EXTERN_ID: id };
    for (const column of values.keys()) {
      if (column !== 'email2') Object.assign(cells, values.get(column)?.wire(country));
    }
    const emails = ['email', 'email2'].map((column) => values.get(column)?.wire(country)['EMAIL']);
    const different = [...new Set(emails.filter((hash) => hash !== undefined))];
    const person = personOf(id, known);
    return (different.length === 0 ? [''] : different).map((hash) => ({
      person,
      cells: wireOrder.map((key) => (key === 'EMAIL' ? hash : (cells[key] ?? ''))),
    }));
  }

  #countryOf({ values }: Known): string | null {
    return (values.get('country') as { code?: string } | undefined)?.code ?? this.#country;
  }
}

const identifying = ['EXTERN_ID', 'EMAIL', 'PHONE', 'MADID'] as const;

/** The identifying values of a row, as key and value. */
export function keysOf({ cells }: { readonly cells: readonly string[] }): string[] {
  return identifying
    .map((key) => [key, cells[wireOrder.indexOf(key)] ?? ''] as const)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${value}`);
}

/** The row as it is told once some values are not. */
export function without(row: WantedRow, refused: ReadonlySet<string>): WantedRow {
  if (!keysOf(row).some((key) => refused.has(key))) return row;
  const cells = row.cells.map((cell, i) => (refused.has(`${wireOrder[i]} ${cell}`) ? '' : cell));
  return { ...row, cells };
}

/** Persons are named so: the id, and which of those who had it. */
function personOf(id: string, { generation }: Known): string {
  return `${id} #${generation}`;
}

const words: Readonly<Record<string, boolean>> = { yes: true, TRUE: true, no: false, '0': false };

/** A no wins, then what nobody knows, then a yes. */
function strictest(file: CompanyFile, id: string): boolean | null {
  const said = file.records
    .filter((record) => record.id === id)
    .map(({ cells }) => words[cells.get('consent')?.written ?? ''] ?? null);
  if (said.includes(false)) return false;
  return said.includes(null) ? null : true;
}

/** features.md §9 Q-7, strict. */
function isEnough(cells: readonly string[]): boolean {
  const has = (...keys: string[]) =>
    keys.every((key) => cells[(wireOrder as readonly string[]).indexOf(key)] !== '');
  if (has('EMAIL') || has('PHONE') || has('MADID')) return true;
  const placed = has('ZIP') || has('CT', 'ST') || has('DOBY', 'DOBM', 'DOBD');
  return has('LN', 'FN') && placed;
}
