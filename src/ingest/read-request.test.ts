import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BATCH_BYTES_MAX, EVENT_BYTES_MAX } from './limits.ts';
import { parseBody, readCalls } from './read-request.ts';

const newMessageId = () => 'made-here';

async function read(body: unknown, type: Parameters<typeof readCalls>[1] = null) {
  return readCalls(await parseBody(Buffer.from(JSON.stringify(body))), type, newMessageId);
}

async function refusalOf(call: unknown): Promise<string | undefined> {
  return (await read({ batch: [call] })).refused[0]?.reason;
}

const track = { type: 'track', userId: 'u1', event: 'Order Completed', messageId: 'm1' };

function padded(call: object, bytes: number): object {
  const bare = JSON.stringify({ ...call, properties: { pad: '' } }).length;
  return { ...call, properties: { pad: 'x'.repeat(bytes - bare) } };
}

describe('a request', () => {
  it('keeps of a call what profiles and rules are made of', async () => {
    const identify = {
      ...{ type: 'identify', userId: 7, anonymousId: null, messageId: 'm2' },
      ...{ timestamp: '2026-11-22T10:00:00.000Z', traits: { plan: 'gold' } },
      context: { library: { name: 'x' }, traits: { email: 'a@example.com' } },
      integrations: { All: true },
    };
    const sentAt = '2026-11-22T10:00:05Z';
    const { calls, refused } = await read({ batch: [identify, track], sentAt });
    expect(refused).toEqual([]);
    expect(calls).toEqual([
      {
        ...{ type: 'identify', messageId: 'm2', userId: '7' },
        ...{ timestamp: 1_795_341_600_000, sentAt: 1_795_341_605_000 },
        traits: { email: 'a@example.com', plan: 'gold' },
      },
      {
        ...{ type: 'track', messageId: 'm1', userId: 'u1', event: 'Order Completed' },
        sentAt: 1_795_341_605_000,
      },
    ]);
  });

  it('names a page, a screen and a group by what they are', async () => {
    const { calls } = await read({
      batch: [
        { type: 'page', anonymousId: 'a', messageId: '1', name: 'Home', properties: { url: 'u' } },
        { type: 'screen', anonymousId: 'a', messageId: '2', category: 'Docs' },
        { type: 'group', userId: 'u', messageId: '3', groupId: 'g', traits: { seats: 5 } },
      ],
    });
    expect(calls.map(({ event, properties }) => [event, properties])).toEqual([
      ['page', { name: 'Home', url: 'u' }],
      ['screen', { category: 'Docs' }],
      ['group', { seats: 5, groupId: 'g' }],
    ]);
  });

  it('takes the good calls of a bad batch and says of each other why not', async () => {
    const { calls, refused } = await read({
      batch: [track, { ...track, event: '' }, 'text', { ...track, type: 'purchase' }, track],
    });
    expect(calls).toHaveLength(2);
    expect(refused).toEqual([
      { index: 1, reason: 'event is blank, not a name', type: 'track', messageId: 'm1' },
      { index: 2, reason: 'the call is a string, not an object', type: 'unknown', messageId: null },
      {
        ...{ index: 3, type: 'unknown', messageId: 'm1' },
        reason: 'type is not one of identify, track, page, screen, group, alias',
      },
    ]);
  });

  it.each([
    [{ ...track, userId: '' }, 'it needs userId or anonymousId'],
    [{ ...track, userId: { id: 1 } }, 'userId is an object, not text'],
    [{ ...track, userId: 2 ** 60 }, 'userId is a number that is not exact'],
    [{ ...track, userId: 'x'.repeat(1_001) }, 'userId is longer than 1000 bytes'],
    [{ ...track, userId: 'anonymous:7' }, 'userId begins with “anonymous:”'],
    [{ ...track, properties: [1] }, 'properties is a list, not an object'],
    [{ ...track, timestamp: 'yesterday' }, 'timestamp is not a time'],
    [{ ...track, properties: { a: [{ b: 'x\0' }] } }, 'properties.a[0].b holds a character'],
    [{ ...track, properties: { a: '\ud800' } }, 'properties.a holds a character'],
    [{ ...track, properties: { '\0': 1 } }, 'the name of a part of properties'],
    [{ type: 'identify', userId: 'u', traits: 'x' }, 'traits is a string, not an object'],
    [{ type: 'alias', userId: 'u' }, 'an alias needs previousId and userId'],
    [{ type: 'group', userId: 'u' }, 'a group call needs groupId'],
  ])('refuses %j', async (call, reason) => {
    expect(await refusalOf(call)).toContain(reason);
  });

  it('refuses what goes too deep, at any depth', async () => {
    const deep = `{"batch":[{"type":"track","userId":"u","event":"e","properties":${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}}]}`;
    const body = await parseBody(Buffer.from(deep));
    expect(readCalls(body, null, newMessageId).refused[0]?.reason).toContain('32 levels deep');
  });

  it('gives a message id to what has none', async () => {
    const { calls } = await read({ userId: 'u', event: 'e' }, 'track');
    expect(calls[0]?.messageId).toBe('made-here');
  });

  it('takes an object that calls itself __proto__ for a name like any other', async () => {
    const body = Buffer.from(
      '{"userId":"u","traits":{"__proto__":{"admin":true}},"type":"identify"}',
    );
    const { calls } = readCalls(await parseBody(body), 'identify', newMessageId);
    expect(JSON.stringify(calls[0]?.traits)).toBe('{"__proto__":{"admin":true}}');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});

describe('limits', () => {
  it('32 KB an event, to the byte', async () => {
    const fits = padded(track, EVENT_BYTES_MAX);
    const over = padded(track, EVENT_BYTES_MAX + 1);
    expect(await read(fits, 'track')).toMatchObject({ refused: [] });
    await expect(read(over, 'track')).rejects.toMatchObject({ code: 'INGEST_TOO_LARGE' });
    const { calls, refused } = await read({ batch: [fits, over, track] });
    expect(calls).toHaveLength(2);
    expect(refused[0]?.reason).toBe('32769 bytes, at most 32768 are taken');
  });

  it('500 KB a batch, to the byte, packed or not', async () => {
    const body = (bytes: number) => Buffer.from(`{"batch":[]}${' '.repeat(bytes - 12)}`);
    const tooLarge = { code: 'INGEST_TOO_LARGE' };
    expect((await parseBody(body(BATCH_BYTES_MAX))).bytes).toBe(512_000);
    expect((await parseBody(gzipSync(body(BATCH_BYTES_MAX)))).bytes).toBe(512_000);
    await expect(parseBody(body(BATCH_BYTES_MAX + 1))).rejects.toMatchObject(tooLarge);
    await expect(parseBody(gzipSync(body(BATCH_BYTES_MAX + 1)))).rejects.toMatchObject(tooLarge);
    await expect(parseBody(gzipSync(Buffer.alloc(50_000_000)))).rejects.toMatchObject(tooLarge);
  });

  it('2,500 events a batch', async () => {
    const batch = (calls: number) => ({ batch: new Array(calls).fill({}) });
    expect((await read(batch(2_500))).refused).toHaveLength(2_500);
    await expect(read(batch(2_501))).rejects.toMatchObject({ code: 'INGEST_TOO_LARGE' });
  });
});

describe('a body', () => {
  it.each([
    ['', '0 bytes that are not JSON'],
    ['{"userId":"secret@example.com",', '31 bytes that are not JSON'],
    ['data=%7B%7D', '11 bytes that are not JSON'],
  ])('%j is refused without being quoted', async (text, measured) => {
    await expect(parseBody(Buffer.from(text))).rejects.toMatchObject({
      code: 'INGEST_BODY_INVALID',
      measured,
    });
  });

  it('that is cut in the middle of its compression is refused', async () => {
    const cut = gzipSync(Buffer.from('{"batch":[]}')).subarray(0, 20);
    await expect(parseBody(cut)).rejects.toMatchObject({ code: 'INGEST_BODY_INVALID' });
  });

  it('that is a list is a batch', async () => {
    expect((await read([track])).calls).toHaveLength(1);
  });
});
