import type { Context } from 'hono';
import { expect, it } from 'vitest';
import { ClientAddresses, isLoopback } from './client-address.ts';

function from(remoteAddress: string, forwarded?: string): Context {
  const req = { header: () => forwarded };
  return { env: { incoming: { socket: { remoteAddress } } }, req } as unknown as Context;
}

const addresses = new ClientAddresses(['10.0.0.0/8', '::1']);

it.each([
  ['203.0.113.7', undefined, '203.0.113.7'],
  ['::ffff:203.0.113.7', undefined, '203.0.113.7'],
  // Somebody outside may say what they like.
  ['203.0.113.7', '127.0.0.1', '203.0.113.7'],
  ['10.1.2.3', '198.51.100.9', '198.51.100.9'],
  // What stands left of the first address that is no proxy was said by that one.
  ['10.1.2.3', '127.0.0.1, 198.51.100.9, 10.9.9.9', '198.51.100.9'],
  ['::1', '2001:db8::5', '2001:db8::5'],
  ['10.1.2.3', 'nonsense', '10.1.2.3'],
])('of %s that forwards %s: %s', (remote, forwarded, expected) => {
  expect(addresses.of(from(remote, forwarded))).toBe(expected);
});

it('knows this machine', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '10.0.0.1', ''].some(isLoopback)).toBe(false);
});
