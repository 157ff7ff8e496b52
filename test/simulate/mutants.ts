import { must } from '#domain/errors/assert.ts';

/** A mistake that is planted in the code while it is loaded: a seed has to notice. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** The test that notices it, where lives drawn at random would seldom; null: lives do. */
  readonly noticedBy: Test | null;
}

/** A file below test/ or src/, and words of the title of one test in it. */
export interface Test {
  readonly file: string;
  readonly title: string;
}

/** Words that stand there once, and what stands there instead. */
export interface Patch {
  /** A file below src/, or a view of the schema by its name. */
  readonly in: string;
  readonly from: string;
  readonly to: string;
}

/** Tests that tell the protocol rule by rule. */
const protocol = (title: string): Test => ({ file: 'test/exact/protocol.pg.test.ts', title });

const operations = 'store/operations.ts';
const removals = 'store/removals.ts';

/** Nobody's values are kept back. */
const suppressesNothing: Patch = {
  in: 'store/suppressions.ts',
  from: 'export function isSuppressed(key: string, database: string, rule: string): string {',
  to: `export function isSuppressed(key: string, database: string, rule: string): string {
  if (key !== '')
    return \`(\${key} is null or \${database}::integer is null or \${rule}::jsonb is null)\`;`,
};

/** Those of docs/delivery.md §10, then more of our own. */
export const mutants: readonly Mutant[] = [
  one(
    'mark after send',
    operations,
    `set outcome = 'uncertain',`,
    `set outcome = 'refused',`,
    protocol('may have been done: who is not wanted any more is removed'),
  ),
  one(
    'two-valued ledger',
    'ledger_state',
    `ELSE 'unknown'::text`,
    `WHEN o.kind = 'add'::text THEN 'in'::text ELSE 'out'::text`,
  ),
  {
    name: 'ignore live opposite operations',
    noticedBy: null,
    patches: [
      {
        in: 'ledger_state',
        from: `(o.sent_at >= COALESCE(l.remove_until, '-infinity'::timestamp with time zone))`,
        to: 'true',
      },
      {
        in: 'ledger_state',
        from: `(o.sent_at >= COALESCE(l.add_until, '-infinity'::timestamp with time zone))`,
        to: 'true',
      },
    ],
  },
  {
    name: 'remember only the previous operation',
    noticedBy: protocol('is remembered behind one that was refused'),
    patches: [
      { in: operations, from: 'greatest(ledger.add_until, ', to: 'greatest(' },
      { in: operations, from: 'greatest(ledger.remove_until, ', to: 'greatest(' },
    ],
  },
  {
    name: 'window = timeout only',
    noticedBy: protocol('may land after its opposite: what was said meanwhile is said again'),
    patches: [
      { in: 'sync/delivery-of.ts', from: 'settleMs: client.settleMs', to: 'settleMs: 0' },
      {
        in: 'sync/run.ts',
        from: 'adoptOrphans(tx, link.id, client.settleMs, false)',
        to: 'adoptOrphans(tx, link.id, 0, false)',
      },
    ],
  },
  one(
    'no re-check at sending, additions',
    operations,
    `       join holder h on h.id = l.profile_id and l.id = any(h.match_row_ids)
       join belongs b on b.profile_id = h.id`,
    '',
    protocol('somebody leaves: no addition of them goes out'),
  ),
  {
    name: 'no re-check at sending, removals',
    noticedBy: protocol('somebody comes back: no removal of them goes out'),
    patches: [
      {
        in: removals,
        from: `'lane' ? '' : \`where not \${isWanted}\`}`,
        to: `'lane' ? '' : 'where true'}`,
      },
      {
        in: removals,
        from: `(select mr.id from \${wantedHolders('k.key', scope)}) mr`,
        to: `(select mr.id from \${wantedHolders('k.key', scope)} and mr.id <> l.id) mr`,
      },
    ],
  },
  {
    name: 'removal with shared keys',
    noticedBy: protocol('never have it taken away for another one'),
    patches: [
      {
        in: removals,
        from: `where not exists (select 1 from neighbour n where n.leaving_id = l.id and n.key = k.key)
         order by`,
        to: 'where true order by',
      },
      {
        in: 'store/difference.ts',
        from: `where not exists (select 1 from \${wantedHolders('k.key', scope)} and mr.id <> leaving.id)`,
        to: 'where $2::integer is not null and $4::jsonb is not null and $5::integer is not null',
      },
    ],
  },
  one(
    'no re-add of neighbours',
    'store/neighbours.ts',
    'where g.id = any($3) and',
    'where false and g.id = any($3) and',
    protocol('are said again when a removal may have taken them along'),
  ),
  one(
    'no look for removals under way',
    'store/neighbours.ts',
    'where n.id <> w.id and',
    'where false and n.id <> w.id and',
    protocol('wait for a removal under way, though they were never told before'),
  ),
  one(
    'refused gives back the wrong state',
    operations,
    'base = (select',
    'base = 0 * (select',
    protocol('leaves things as they were: who was in is still to be removed'),
  ),
  {
    name: 'feed up to xmin',
    noticedBy: protocol('holds nobody up who changed after it began'),
    patches: [
      {
        in: 'store/evaluation.ts',
        from: 'and not pg_visible_in_snapshot(${changedXid}, ${position}))',
        to: `and not pg_visible_in_snapshot(\${changedXid}, \${position})
          and \${changedXid} < pg_snapshot_xmin(pg_current_snapshot()))`,
      },
      {
        in: 'store/evaluation.ts',
        from: 'feed_position = coalesce(${param(0)}::pg_snapshot, pg_current_snapshot())',
        to: `feed_position = (select pg_snapshot_xmin(s)::text || ':' || pg_snapshot_xmin(s)::text || ':'
           from (select coalesce(\${param(0)}::pg_snapshot, pg_current_snapshot()) as s) x)::pg_snapshot`,
      },
    ],
  },
  one(
    'guard per run only',
    'plan/guard.ts',
    'input.leaving + input.removedInWindow',
    'input.leaving',
    protocol('counts what left within a day, in however many runs'),
  ),
  {
    name: 'ledger per audience instead of per link',
    noticedBy: protocol('knows nothing of what the last one was told'),
    patches: [
      {
        in: 'store/links.ts',
        from: 'where meta_audience_id = $1 and database_id = $2 and id < $3',
        to: `where audience_id = (select audience_id from link where id = $3)
       and $1::text is not null and database_id = $2 and id < $3`,
      },
      {
        in: 'store/links.ts',
        from: `when o.kind = 'add' and o.outcome = 'clean'`,
        to: 'when false',
      },
    ],
  },
  one(
    'B1: additions and removals go out together',
    'deliver/deliver.ts',
    `      const chunk = await readChunk(delivery.store, planId, number);
      const stop = await deliverChunk(delivery, chunk, again);`,
    `      const chunk = await readChunk(delivery.store, planId, number);
      deliverChunk(delivery, chunk, again).catch(() => {});
      const stop = null as Stop | null;`,
    protocol('of one run do not overtake each other'),
  ),
  one(
    'B2: invalid rows are not read',
    'deliver/attribute.ts',
    'if (answer.numInvalid > 0) {',
    'if (answer.numInvalid > 1e9) {',
    {
      file: 'test/exact/rejected-again.pg.test.ts',
      title: 'is not sent again for two weeks',
    },
  ),
  one(
    'B3: the HTTP status decides',
    'meta/answer.ts',
    `problem.executed === 'no'`,
    `(problem.httpStatus ?? 0) >= 400 && (problem.httpStatus ?? 0) < 500`,
    protocol('that Meta answered with an error of its own may be done all the same'),
  ),
  one(
    'B4: one bad row sinks the batch',
    'deliver/attribute.ts',
    '  if (mayBisect(delivery)) return await sendHalves(delivery, sent.ids);',
    `  const all = sent.ids.map((matchRowId) => ({ matchRowId, reason: 'refused' }));
  await reject(delivery, sent, all);`,
    protocol('for one bad row sinks only that one'),
  ),
  {
    name: 'B5: 613 counts as a fault',
    noticedBy: { file: 'src/meta/problems.test.ts', title: '613/1487742 is' },
    patches: [
      {
        in: 'meta/problem-codes.ts',
        from: `'613': 'volume unusual'`,
        to: `'613': 'fault at Meta'`,
      },
      {
        in: 'meta/problem-codes.ts',
        from: `'613/1487742': 'account throttled'`,
        to: `'613/1487742': 'fault at Meta'`,
      },
      {
        in: 'meta/problem-codes.ts',
        from: `'613/5044001': 'account throttled'`,
        to: `'613/5044001': 'fault at Meta'`,
      },
    ],
  },
  one(
    'B5: 368 is tried again',
    'meta/problem-codes.ts',
    `'368': 'blocked by policy'`,
    `'368': 'fault at Meta'`,
    protocol('for a policy is not tried again by the same run'),
  ),
  one('B6: everybody is m', 'identifiers/gender.ts', `value('f')`, `value('m')`, {
    file: 'src/identifiers/hash.test.ts',
    title: 'GEN',
  }),
  one(
    'B7: cells without their columns',
    'deliver/encode.ts',
    'for (; columns[column] !== keyIndex; column++) at = blank(out, at, column, columns);',
    '',
    { file: 'src/deliver/encode.test.ts', title: 'is the JSON that Meta documents' },
  ),
  one(
    'B7: hashed as it was typed',
    'identifiers/email.ts',
    'const lower = trimmed.toLowerCase();',
    'if (plain.test(trimmed.toLowerCase())) return value(trimmed);\n    const lower = trimmed.toLowerCase();',
    { file: 'src/identifiers/hash.test.ts', title: 'EMAIL' },
  ),

  one(
    'covered by somebody who was not told',
    removals,
    'and n.key = k.key and n.told))`',
    'and n.key = k.key))`',
    protocol('cover a row only once they were told themselves'),
  ),
  one(
    'an orphan counts as done',
    operations,
    `set outcome = 'uncertain'`,
    `set outcome = 'clean'`,
    protocol('may not have been done: who is wanted is sent again'),
  ),
  one(
    'a request goes out however late',
    'deliver/delivery.ts',
    'OPEN_WITHIN_MS = 5_000',
    'OPEN_WITHIN_MS = 5_000_000_000',
    protocol('a process is stopped for minutes: what it wrote down does not go out any more'),
  ),
  one(
    'marks are cleared too early',
    'store/difference.ts',
    'and not exists (select 1 from difference x where x.profile_id = d.profile_id)',
    '',
    protocol('takes the marks of nobody along: the next run goes on'),
  ),
  {
    name: 'a no is not looked at when it is sent',
    noticedBy: protocol('somebody says no: no addition of them goes out'),
    patches: [
      {
        in: operations,
        from: `any(array(select l.profile_id from listed l))
         and \${mayBeSent('p', '$4')}`,
        to: 'any(array(select l.profile_id from listed l)) and $4::jsonb is not null',
      },
      { in: operations, from: 'join belongs b on b.profile_id = h.id', to: '' },
      suppressesNothing,
    ],
  },
  {
    name: 'suppression per profile only',
    noticedBy: {
      file: 'test/exact/opt-outs.pg.test.ts',
      title: 'leaves at once, with the value that a sharer keeps',
    },
    patches: [suppressesNothing],
  },
  one(
    'changed members leave no mark',
    'store/evaluation.ts',
    'select id from touched union select profile_id from joined',
    'select profile_id as id from joined',
    {
      file: 'test/exact/cases.pg.test.ts',
      title: 'gets a new e-mail',
    },
  ),
  one(
    'a change leaves no trace in the feed',
    'store/import-merge.ts',
    "${changedTraits('s.traits', traitsAlone)}, match_row_ids",
    'changed_xid = p.changed_xid, match_row_ids',
    { file: 'test/exact/cases.pg.test.ts', title: 'no longer matches, and comes back' },
  ),
  one(
    'a removal is forgotten once answered',
    operations,
    `outcome === 'refused' ? null : settles`,
    'null',
    protocol('are said again when a removal may have taken them along'),
  ),
];

function one(
  name: string,
  file: string,
  from: string,
  to: string,
  noticedBy: Test | null = null,
): Mutant {
  return { name, patches: [{ in: file, from, to }], noticedBy };
}

export function mutantNamed(name: string): Mutant {
  return must(
    mutants.find((mutant) => mutant.name === name),
    `one of ${mutants.map((mutant) => mutant.name).join(', ')}`,
  );
}
