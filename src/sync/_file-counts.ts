import type { Problem } from '#profiles/match-rows.ts';
import { type ColumnPlan, groupWords, type PlannedColumn } from '#sources/columns.ts';
import { consentWords } from '#sources/said-consents.ts';
import { TraitTypeGuess } from '#sources/trait-type.ts';
import type { ImportReport } from './reports.ts';

interface TypedColumn extends PlannedColumn {
  readonly field: string | null;
  readonly guess: TraitTypeGuess;
}

/** What is counted while a file is read. */
export class FileCounts {
  records = 0;
  rejected = 0;
  /** Records whose id is an e-mail address or a phone number. */
  personalIds = 0;
  readonly #plan: ColumnPlan;
  readonly #columns: readonly TypedColumn[];
  readonly #problems = new Map<string, Map<string, number>>();

  constructor(plan: ColumnPlan, header: readonly string[]) {
    this.#plan = plan;
    const typed = (planned: PlannedColumn, field: string | null): TypedColumn => ({
      ...planned,
      field,
      guess: new TraitTypeGuess(),
    });
    const id = { column: plan.idColumn, header: header[plan.idColumn] ?? '' };
    this.#columns = [
      typed(id, 'externalId'),
      ...[...plan.consent, ...plan.categories].map((planned) => typed(planned, null)),
      ...plan.fields.map((planned) =>
        // What is made of several columns has no name of its own but the field's.
        typed(
          planned.column < header.length ? planned : { ...planned, header: planned.field },
          planned.field,
        ),
      ),
      ...plan.traits.map((planned) => typed(planned, null)),
    ];
  }

  addRow(cells: readonly string[]): void {
    this.records++;
    for (const { column, guess } of this.#columns) guess.add(cells[column] ?? '');
  }

  /** Rows without an id were counted as records already; rows that could not be read were not. */
  addRejected(unreadable: number, withoutId: number): void {
    this.records += unreadable;
    this.rejected += unreadable + withoutId;
  }

  readonly addProblem = (_sequence: number, { key, reason }: Problem): void => {
    this.addUnusable(key, reason);
  };

  /** A value that is there and cannot be used; `what` is a key of Meta's, or a field. */
  addUnusable(what: string, reason: string): void {
    let reasons = this.#problems.get(what);
    if (reasons === undefined) this.#problems.set(what, (reasons = new Map<string, number>()));
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }

  unusable(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      [...this.#problems].map(([key, reasons]) => [key, Object.fromEntries(reasons)]),
    );
  }

  traitRows(): { name: string; field: string | null; type: string }[] {
    return this.#columns.map(({ header, field, guess }) => ({
      name: header,
      field,
      type: guess.type,
    }));
  }

  columns(): Pick<ImportReport, 'mapped' | 'traits' | 'ignored'> {
    const { fields, consent, categories, groups, ignored } = this.#plan;
    return {
      mapped: Object.fromEntries([
        ...fields.map(({ header, field }) => [header, field]),
        ...consent.map(({ header }) => [header, 'consent']),
        ...categories.map((one) => [one.header, consentWords(one)]),
        ...groups.map((one) => [one.header, groupWords(one)]),
      ]),
      traits: Object.fromEntries(
        this.#columns
          .filter(({ column }) => this.#plan.traits.some((trait) => trait.column === column))
          .map(({ header, guess }) => [header, guess.type]),
      ),
      ignored: ignored.map(({ header }) => header),
    };
  }
}
