import { type Span, type Tracer, trace } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { inSpan } from './_span.ts';

interface Seen {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  ended: boolean;
  failed: boolean;
}

/** A provider that keeps in memory what it is told, as an SDK would before it exports. */
function keepSpans(): Seen[] {
  const seen: Seen[] = [];
  const startActiveSpan = async (
    name: string,
    options: { attributes: Record<string, unknown> },
    work: (span: Span) => Promise<unknown>,
  ) => {
    const one: Seen = { name, attributes: { ...options.attributes }, ended: false, failed: false };
    seen.push(one);
    return await work({
      setAttributes: (more: object) => Object.assign(one.attributes, more),
      setStatus: () => (one.failed = true),
      end: () => (one.ended = true),
    } as unknown as Span);
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startActiveSpan }) as unknown as Tracer });
  return seen;
}

afterEach(() => trace.disable());

it('ends one span an operation, with what became of it', async () => {
  const seen = keepSpans();
  const result = await inSpan('operation', { kind: 'add', rows: 3 }, async (note) => {
    note({ outcome: 'clean' });
    return await Promise.resolve(7);
  });
  expect(result).toBe(7);
  expect(seen).toEqual([
    {
      name: 'operation',
      attributes: { kind: 'add', rows: 3, outcome: 'clean' },
      ended: true,
      failed: false,
    },
  ]);
});

it('ends it when the work fails, and says so without its words', async () => {
  const seen = keepSpans();
  const broken = inSpan('operation', {}, () => Promise.reject(new Error('ana@example.com')));
  await expect(broken).rejects.toThrow();
  expect(seen).toMatchObject([{ ended: true, failed: true }]);
  expect(JSON.stringify(seen)).not.toContain('ana');
});

it('goes nowhere without an SDK', async () => {
  expect(await inSpan('operation', {}, () => Promise.resolve('done'))).toBe('done');
});
