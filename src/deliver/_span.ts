import { type Attributes, SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * One span around one operation. Without an SDK in the process it costs nothing and goes nowhere; its
 * attributes are numbers and kinds, never a value of a person.
 */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (note: (more: Attributes) => void) => Promise<T>,
): Promise<T> {
  return await trace.getTracer('muster').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work((more) => span.setAttributes(more));
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).name });
      throw error;
    } finally {
      span.end();
    }
  });
}
