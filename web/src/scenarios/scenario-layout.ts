import { countSteps, sizeOf, type StepJson } from './scenario-json.ts';

export interface PlacedStep {
  /** From 0, as the API counts people on it; -1 is the start, and the number of all steps the end. */
  readonly number: number;
  readonly step: StepJson | 'start' | 'end';
  readonly x: number;
  readonly y: number;
}

export interface Way {
  readonly from: number;
  readonly to: number;
  /** The answer that leads here. */
  readonly answer: 'yes' | 'no' | null;
}

export const COLUMN_PX = 260;
export const ROW_PX = 120;

/** What has no step behind it yet, and by which answer it goes on. */
type Loose = Omit<Way, 'to'>;

/** Where each step stands on the canvas, top down, the sides of a branch next to each other. */
export function layScenario(steps: readonly StepJson[]): {
  readonly placed: readonly PlacedStep[];
  readonly ways: readonly Way[];
} {
  const placed: PlacedStep[] = [{ number: -1, step: 'start', x: 0, y: 0 }];
  const ways: Way[] = [];
  const out: Loose[] = [];

  const lay = (
    list: readonly StepJson[],
    at: { readonly number: number; readonly column: number; readonly row: number },
    before: readonly Loose[],
  ): { readonly loose: readonly Loose[]; readonly row: number } => {
    let { number, row } = at;
    let loose = before;
    for (const step of list) {
      placed.push({ number, step, x: at.column * COLUMN_PX, y: row * ROW_PX });
      ways.push(...loose.map((way) => ({ ...way, to: number })));
      row += 1;
      if (step === 'exit') loose = [];
      else if ('branch' in step) {
        const { yes = [], no = [] } = step.branch;
        const right = at.column + Math.max(1, widthOf(yes));
        const yesSide = lay(yes, { number: number + 1, column: at.column, row }, [
          { from: number, answer: 'yes' },
        ]);
        const noSide = lay(no, { number: number + 1 + countSteps(yes), column: right, row }, [
          { from: number, answer: 'no' },
        ]);
        loose = [...yesSide.loose, ...noSide.loose];
        row = Math.max(yesSide.row, noSide.row);
      } else if ('filter' in step) {
        out.push({ from: number, answer: 'no' });
        loose = [{ from: number, answer: 'yes' }];
      } else loose = [{ from: number, answer: null }];
      number += sizeOf(step);
    }
    return { loose, row };
  };

  const { loose, row } = lay(steps, { number: 0, column: 0, row: 1 }, [{ from: -1, answer: null }]);
  const end = countSteps(steps);
  placed.push({ number: end, step: 'end', x: 0, y: row * ROW_PX });
  ways.push(...[...loose, ...out].map((way) => ({ ...way, to: end })));
  return { placed, ways };
}

/** In columns: every branch inside needs its own beside it. */
function widthOf(steps: readonly StepJson[]): number {
  return steps.reduce((widest, step) => {
    if (step === 'exit' || !('branch' in step)) return widest;
    const { yes = [], no = [] } = step.branch;
    return Math.max(widest, Math.max(1, widthOf(yes)) + Math.max(1, widthOf(no)));
  }, 1);
}
