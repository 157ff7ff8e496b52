import type { Chance } from './chance.ts';
import * as values from './values.ts';
import type { Value } from './values.ts';

/** What a company knows of its people, and the files that it writes of them. */

export const identifierColumns = [
  ...['email', 'email2', 'phone', 'first', 'last', 'birth', 'city', 'zip', 'country'],
  ...['gender', 'madid'],
] as const;
export const traitColumns = ['plan', 'spent', 'joined'] as const;

export type Column = string;
export type Person = Map<Column, Value>;

export interface Style {
  readonly size: number;
  /** How often an e-mail or a phone is somebody else's as well. */
  readonly sharing: number;
  /** Some columns say nothing of anybody. */
  readonly columns: readonly Column[];
  /** Values of one company are no other's. */
  readonly firstNumber?: number;
}

export interface CompanyFile {
  readonly columns: readonly Column[];
  readonly records: readonly { readonly id: string; readonly cells: ReadonlyMap<Column, Value> }[];
  readonly mirror: boolean;
  readonly country: string | null;
}

export class Company {
  readonly people = new Map<string, Person>();
  #chance: Chance;
  readonly #style: Style;
  /** E-mails and phones in use, to be shared. */
  readonly #emails: Value[] = [];
  readonly #phones: Value[] = [];
  #numbers: number;

  constructor(chance: Chance, style: Style) {
    this.#chance = chance;
    this.#style = style;
    this.#numbers = style.firstNumber ?? 0;
    while (this.people.size < style.size) this.join();
  }

  /** From here on what happens comes from other numbers. */
  restart(chance: Chance): void {
    this.#chance = chance;
  }

  join(): void {
    const person: Person = new Map();
    for (const column of this.#style.columns) this.#fill(person, column);
    this.people.set(this.#newId(), person);
  }

  #newId(): string {
    const number = this.#numbers++;
    return this.#chance.pick([`C${number}`, `c-${number}/ä`, `${number} "x", y`, `00${number}`]);
  }

  /** Draws one value of a person anew, sometimes to nothing. */
  #fill(person: Person, column: Column): void {
    const chance = this.#chance;
    if (chance.happens(column === 'plan' ? 0.05 : 0.3)) {
      person.delete(column);
      return;
    }
    const isIdentifier = (identifierColumns as readonly string[]).includes(column);
    const spoilt = isIdentifier && chance.happens(0.03);
    person.set(column, spoilt ? values.unusable(column, chance) : this.#draw(column));
  }

  #draw(column: Column): Value {
    const chance = this.#chance;
    const number = this.#numbers++;
    switch (column) {
      case 'email':
      case 'email2':
        return this.#shared(this.#emails, () => values.email(chance, number));
      case 'phone':
        return this.#shared(this.#phones, () => values.phone(chance, number));
      case 'first':
        return values.firstName(chance);
      case 'last':
        return values.lastName(chance);
      case 'birth':
        return values.birthDate(chance);
      case 'city':
        return values.city(chance);
      case 'zip':
        return values.postcode(chance);
      case 'country':
        return values.country(chance);
      case 'gender':
        return values.gender(chance);
      case 'madid':
        return values.mobileAdId(chance, number);
      case 'plan':
        return values.silent(chance.pick(['gold', 'Gold', 'silver', 'free', 'free trial']));
      case 'spent':
        return values.silent(chance.pick(['0', '12', '99.5', '-3', '1200']));
      case 'joined':
        return values.silent(`2026-${chance.pick(['08', '09', '10'])}-${10 + chance.below(18)}`);
      default:
        return values.silent(chance.pick(['yes', 'yes', 'TRUE', 'no', '0', '', '', '']));
    }
  }

  #shared(used: Value[], make: () => Value): Value {
    const { sharing } = this.#style;
    if (used.length > 0 && this.#chance.happens(sharing)) return this.#chance.pick(used);
    const fresh = make();
    used.push(fresh);
    return fresh;
  }

  /** What happens to people between two files: the odds are a person's. */
  change(odds: number): void {
    for (const person of this.#chance.some([...this.people.values()], odds)) {
      const columns = this.#chance.some(this.#style.columns, 0.25);
      for (const column of columns) this.#fill(person, column);
    }
  }

  /** Takes people away, to come back as they were or not. */
  lose(odds: number): [string, Person][] {
    const gone = this.#chance.some([...this.people], odds);
    for (const [id] of gone) this.people.delete(id);
    return gone;
  }

  /** A file of some people or, for a mirror, of all; some of them twice, the older record first. */
  file(
    wish: { mirror?: boolean; columns?: readonly Column[]; country?: string | null } = {},
  ): CompanyFile {
    const chance = this.#chance;
    const mirror = wish.mirror ?? false;
    const columns = chance.shuffled(wish.columns ?? this.#style.columns);
    const people = mirror ? [...this.people] : chance.some([...this.people], 0.8);
    const records = chance.shuffled(people).map(([id, cells]) => ({ id, cells: new Map(cells) }));
    const repeated = chance.some(records, 0.05).map(({ id, cells }) => {
      const older = new Map(cells);
      for (const column of chance.some(columns, 0.3)) this.#fill(older, column);
      return { id, cells: older };
    });
    return { columns, records: [...repeated, ...records], mirror, country: wish.country ?? null };
  }
}
