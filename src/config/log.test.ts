import { expect, it } from 'vitest';
import { createLog, type LogEntry, logLine } from './log.ts';

const nowMs = Date.UTC(2026, 10, 22, 10, 17, 30, 5);

const whole = {
  level: 'error',
  event: 'run failed',
  code: 'META_THROTTLED',
  error: 'TypeError',
  task: 'worker 2',
  run: 17,
  audienceId: 3,
  count: 20,
  ms: 12,
  requestId: 'b7c1a1de-13f5-4e3c-9d3e-0a2b1c4d5e6f',
  method: 'POST',
  route: '/api/v1/audiences/:audienceId',
  status: 503,
} satisfies LogEntry;

it('writes what may be there, with the time in UTC', () => {
  expect(JSON.parse(logLine(whole, nowMs))).toEqual({
    time: '2026-11-22T10:17:30.005Z',
    ...whole,
  });
});

/** What people are, what opens something, and what would make a second line. */
const planted = [
  'qzvx-mail@canary.example',
  '+4915199887766',
  'Qzvxanna Qzvxowitz',
  'EAABqzvx0123456789',
  '00000000000000000000000000000000',
  '{"level":"info"}',
  'two\n{"level":"error"}',
  '__proto__',
  { toString: () => 'qzvx-hidden', toJSON: () => 'qzvx-hidden' },
  ['qzvx-listed'],
  new Error('qzvx-thrown'),
  Number.NaN,
  null,
];

it.each([...Object.keys(whole), 'text', 'message', 'email', 'url', 'headers', 'stack', 'token'])(
  'lets nothing out that is planted in %s',
  (field) => {
    for (const value of planted) {
      const line = logLine({ ...whole, [field]: value }, nowMs);
      const rest = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));
      expect(JSON.parse(line)).toEqual({ time: '2026-11-22T10:17:30.005Z', ...rest });
      expect(line).not.toMatch(/qzvx|canary|\n/i);
    }
  },
);

it('does not write an address where a route belongs', () => {
  for (const route of ['/api/v1/people/ana@example.com', '/x?token=1', '/audiences/17', 'C-1042']) {
    expect(logLine({ ...whole, route }, nowMs)).not.toContain('route');
  }
});

it('says to people what is for people, and nothing where there is nothing', () => {
  const lines: string[] = [];
  const log = createLog('text', (line) => lines.push(line), Date.now);
  log.write({ level: 'info', event: 'request', status: 200 });
  log.write({ level: 'warn', event: 'run failed', text: 'run 17 of gold: throttled' });
  expect(lines).toEqual(['run 17 of gold: throttled\n']);
});
