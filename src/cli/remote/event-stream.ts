import { readLines } from '../lines.ts';

/** A server-sent event: what happened, and its document. */
export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

/**
 * The events of a stream as they come; comments, which keep it alive, are left out
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, 2026-11-22).
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerEvent, void, undefined> {
  let name = '';
  let data: string[] = [];
  for await (const lines of readLines(buffersOf(body))) {
    for (const line of lines) {
      const text = 'text' in line ? line.text : '';
      const [field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(text)?.slice(1) ?? [];
      if (field === 'event') name = value;
      if (field === 'data') data.push(value);
      if (text !== '' || data.length === 0) continue;
      yield { name, data: JSON.parse(data.join('\n')) as unknown };
      [name, data] = ['', []];
    }
  }
}

async function* buffersOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk);
}
