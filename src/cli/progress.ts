import { count } from '#http/words.ts';
import type { OnProgress, Progress } from '#sync/muster.ts';
import { styled } from './print.ts';
import type { Screen } from './session.ts';
import { bytes, requests, rows, seconds } from './words.ts';

/** Steps as people call them; one that is not listed shows its own name. */
const stepWords: Readonly<Record<string, string>> = {
  read: 'Reading the file',
  query: 'Reading the answer',
  profiles: 'Reading profiles',
  store: 'Making the rows visible',
  queue: 'Waiting for a worker',
  evaluate: 'Finding who belongs',
  compare: 'Comparing with what Meta has',
  rebuild: 'Making match rows by the new rules',
  send: 'Sending',
  wait: 'Waiting for Meta to settle',
};

const REDRAW_MS = 80;
const PLAIN_LINE_MS = 10_000;
const BAR_CELLS = 24;

/** Shows how far something long has come, until it is disposed. */
export interface ProgressView extends Disposable {
  readonly on: OnProgress;
}

/**
 * A bar that redraws itself on a terminal; elsewhere a line when a step begins, and another every
 * ten seconds. `label` stands before each step: the audience or the file.
 */
export function showProgress(screen: Screen, clock: () => number, label: string): ProgressView {
  return screen.isTTY === true ? drawBars(screen, clock, label) : writeLines(screen, clock, label);
}

function drawBars(screen: Screen, clock: () => number, label: string): ProgressView {
  let current: Progress | null = null;
  let startedMs = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  const clear = () => screen.write('\r\x1b[2K');

  function finish(): void {
    if (current === null) return;
    clear();
    const took = (clock() - startedMs) / 1000;
    // What was over at once needs no line of its own.
    if (current.done > 0 && took >= 0.3) {
      const tick = styled(screen, 'green', '✓');
      const rest = styled(screen, 'dim', `${amount(current)}, ${seconds(took)}`);
      screen.write(`${tick} ${titleOf(label, current)}  ${rest}\n`);
    }
    current = null;
  }

  return {
    on(progress) {
      if (progress.step !== current?.step) {
        finish();
        startedMs = clock();
        drawnMs = Number.NEGATIVE_INFINITY;
      }
      current = progress;
      if (clock() - drawnMs < REDRAW_MS) return;
      drawnMs = clock();
      clear();
      screen.write(clip(`  ${titleOf(label, progress)}  ${barOf(progress)}`, screen.columns));
    },
    [Symbol.dispose]: finish,
  };
}

function writeLines(screen: Screen, clock: () => number, label: string): ProgressView {
  let step = '';
  let writtenMs = 0;
  return {
    on(progress) {
      const begins = progress.step !== step;
      if (!begins && clock() - writtenMs < PLAIN_LINE_MS) return;
      step = progress.step;
      writtenMs = clock();
      const rest = progress.done === 0 ? '' : `: ${amount(progress)}`;
      screen.write(`${titleOf(label, progress)}${rest}\n`);
    },
    [Symbol.dispose]() {},
  };
}

function titleOf(label: string, { step }: Progress): string {
  return `${label}: ${stepWords[step] ?? step}`;
}

function barOf(progress: Progress): string {
  const { done, total } = progress;
  if (total === null || total === 0) return done === 0 ? '…' : amount(progress);
  const share = Math.min(1, done / total);
  const full = Math.floor(share * BAR_CELLS);
  const bar = '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
  return `${bar} ${`${Math.floor(share * 100)}`.padStart(3)} %  ${amount(progress)}`;
}

function amount({ done, total, unit }: Progress): string {
  const of = { bytes, rows, requests }[unit];
  if (total === null || unit === 'bytes' || done === total) return of(done);
  return `${count(done)} of ${of(total)}`;
}

/** A line that wraps cannot be redrawn. */
function clip(line: string, columns = 0): string {
  return [...line].slice(0, (columns || 80) - 1).join('');
}
