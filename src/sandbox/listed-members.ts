import type { State } from './state.ts';

/** Which listed people are in which audience: a set, as Meta's own is, whatever rows brought them. */
export interface ListedMembers {
  /** How many of these were not in it yet. */
  join(audience: number, people: ReadonlySet<number>): number;
  /** How many of these were in it. */
  leave(audience: number, people: ReadonlySet<number>): number;
  count(audience: number): number;
  /** At most `limit` of them behind a number, in order. */
  page(audience: number, after: number, limit: number): number[];
  clear(audience: number): void;
}

export function createListedMembers({ db }: State): ListedMembers {
  const join = db.prepare('insert or ignore into listed_member (audience, person) values (?, ?)');
  const leave = db.prepare('delete from listed_member where audience = ? and person = ?');
  const clear = db.prepare('delete from listed_member where audience = ?');
  const count = db.prepare('select count(*) as n from listed_member where audience = ?');
  const page = db.prepare(
    'select person from listed_member where audience = ? and person > ? order by person limit ?',
  );
  const changeAll = (statement: typeof join, audience: number, people: ReadonlySet<number>) => {
    let changed = 0;
    for (const person of Float64Array.from(people).sort()) {
      changed += Number(statement.run(audience, person).changes);
    }
    return changed;
  };
  return {
    join: (audience, people) => changeAll(join, audience, people),
    leave: (audience, people) => changeAll(leave, audience, people),
    count: (audience) => Number(count.get(audience)?.['n']),
    page: (audience, after, limit) =>
      page.all(audience, after, limit).map(({ person }) => Number(person)),
    clear: (audience) => void clear.run(audience),
  };
}
