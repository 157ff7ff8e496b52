import type { State } from './state.ts';

/** Which listed people are in which audience: a set, as Meta's own is, whatever rows brought them. */
export interface ListedMembers {
  /** How many of these were not in it yet. Those that were are from this day on too. */
  join(audience: number, people: ReadonlySet<number>, day: number): number;
  /** How many of these were in it. */
  leave(audience: number, people: ReadonlySet<number>): number;
  /** How many were in it that came on that day or before, and did not come again. */
  expire(audience: number, day: number): number;
  count(audience: number): number;
  /** At most `limit` of them behind a number, in order. */
  page(audience: number, after: number, limit: number): number[];
  clear(audience: number): void;
}

export function createListedMembers({ db }: State): ListedMembers {
  const join = db.prepare(
    'insert or ignore into listed_member (audience, person, day) values (?, ?, ?)',
  );
  const renew = db.prepare('update listed_member set day = ? where audience = ? and person = ?');
  const expire = db.prepare('delete from listed_member where audience = ? and day <= ?');
  const leave = db.prepare('delete from listed_member where audience = ? and person = ?');
  const clear = db.prepare('delete from listed_member where audience = ?');
  const count = db.prepare('select count(*) as n from listed_member where audience = ?');
  const page = db.prepare(
    'select person from listed_member where audience = ? and person > ? order by person limit ?',
  );
  return {
    join(audience, people, day) {
      let joined = 0;
      for (const person of Float64Array.from(people).sort()) {
        const isNew = join.run(audience, person, day).changes === 1;
        if (isNew) joined += 1;
        else renew.run(day, audience, person);
      }
      return joined;
    },
    leave(audience, people) {
      let left = 0;
      for (const person of Float64Array.from(people).sort()) {
        left += Number(leave.run(audience, person).changes);
      }
      return left;
    },
    expire: (audience, day) => Number(expire.run(audience, day).changes),
    count: (audience) => Number(count.get(audience)?.['n']),
    page: (audience, after, limit) =>
      page.all(audience, after, limit).map(({ person }) => Number(person)),
    clear: (audience) => void clear.run(audience),
  };
}
