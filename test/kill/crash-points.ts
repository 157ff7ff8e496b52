/**
 * Moments at which a process may be killed, named as in reliability.md §4.1. They are known from
 * outside, by what the process tells the database or Meta just then: the code has no trace of them.
 */
export interface CrashPoint {
  readonly name: string;
  readonly words: string;
  /** At a statement, at or after the commit of its transaction, or on the way to Meta. */
  readonly when: 'at' | 'before commit' | 'after commit' | 'half sent' | 'answered';
  /** What the statement begins with or holds; of a request, its path. */
  readonly match: string;
  /** The command that comes by. */
  readonly command: Killed;
}

/** `setup`: the first command that a data directory sees. */
export type Killed = 'import' | 'sync' | 'release' | 'setup' | 'forget' | 'no';

const points: readonly CrashPoint[] = [
  point('P0', 'before an import begins', 'at', 'insert into import (', 'import'),
  point('P1', 'while a file is being read', 'at', 'copy ', 'import'),
  point(
    'P2',
    'the file is stored and not visible',
    'before commit',
    `update import set state = 'done'`,
    'import',
  ),
  point(
    'P3',
    'the file is visible, nothing is planned',
    'after commit',
    `update import set state = 'done'`,
    'import',
  ),
  point('P4', 'in the middle of a plan', 'at', 'create temp table difference', 'sync'),
  point('P5', 'the plan is written down', 'after commit', 'insert into plan (', 'sync'),
  point(
    'P6',
    'an operation is being written down',
    'before commit',
    'insert into operation (',
    'sync',
  ),
  point(
    'P7',
    'an operation is written down and not sent',
    'after commit',
    'insert into operation (',
    'sync',
  ),
  point('P8', 'half of a request is sent', 'half sent', '/users', 'sync'),
  point('P9', 'Meta has done it, the answer is not read', 'answered', '/users', 'sync'),
  point(
    'P10',
    'the answer is being written down',
    'before commit',
    'update operation set outcome',
    'sync',
  ),
  point(
    'P11',
    'the answer is written down',
    'after commit',
    'update operation set outcome',
    'sync',
  ),
  point('P12', 'between two requests', 'at', 'from plan_chunk where plan_id', 'sync'),
  point('P13', 'before the run is closed', 'at', 'update run set state = $3', 'sync'),
  point('P14', 'while held removals are released', 'after commit', 'set released_by', 'release'),
  point('P15', 'a migration is not committed', 'before commit', 'insert into migration (', 'setup'),
  point(
    'P16',
    'an erasure is noted, nothing sent',
    'after commit',
    'insert into erasure (',
    'forget',
  ),
  point(
    'P16b',
    'a removal of the lane is written down and not sent',
    'after commit',
    'insert into operation (',
    'forget',
  ),
  point(
    'P16c',
    'Meta has forgotten somebody, the answer is not read',
    'answered',
    '/users',
    'forget',
  ),
  point('P16d', 'a no is noted, nothing sent', 'after commit', `'opt-out', muster_now()`, 'no'),
];

export const crashPoints: ReadonlyMap<string, CrashPoint> = new Map(
  points.map((one) => [one.name, one]),
);

function point(
  name: string,
  words: string,
  when: CrashPoint['when'],
  match: string,
  command: CrashPoint['command'],
): CrashPoint {
  return { name, words, when, match, command };
}
