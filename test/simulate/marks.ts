import { codesByMeaning } from './listed-errors.ts';
import { faultsByOdds } from './script.ts';

/** What the wire does besides, and how a run can end. */
const others = [
  'duplicate',
  ...['ended succeeded', 'ended partial', 'ended waiting', 'ended held', 'ended failed'],
  'PLAN_STALE',
];

/** What enough seeds must have met with: every fault and every row of the error table. */
export function missingMarks(marks: ReadonlyMap<string, number>): string[] {
  const all = [...faultsByOdds, 'invalidRows', ...codesByMeaning.keys(), ...others];
  return all.filter((mark) => !marks.has(mark));
}
