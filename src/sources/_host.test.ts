import { describe, expect, it } from 'vitest';
import { judge } from './_host.ts';

const verdict = (address: string, allowPrivate: boolean) => {
  try {
    return judge(address, allowPrivate).isPrivate ? 'private' : 'public';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('addresses a source may have', () => {
  it.each([
    ['8.8.8.8', 'public', 'public'],
    ['2a00:1450::1', 'public', 'public'],
    ['127.0.0.1', 'SOURCE_HOST_REFUSED', 'private'],
    ['::1', 'SOURCE_HOST_REFUSED', 'private'],
    ['10.1.2.3', 'SOURCE_HOST_REFUSED', 'private'],
    ['172.31.255.255', 'SOURCE_HOST_REFUSED', 'private'],
    ['172.32.0.1', 'public', 'public'],
    ['192.168.1.1', 'SOURCE_HOST_REFUSED', 'private'],
    ['100.64.0.1', 'SOURCE_HOST_REFUSED', 'private'],
    ['fd12::1', 'SOURCE_HOST_REFUSED', 'private'],
    ['::ffff:10.0.0.1', 'SOURCE_HOST_REFUSED', 'private'],
    ['::ffff:7f00:1', 'SOURCE_HOST_REFUSED', 'private'],
    ['169.254.169.254', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['::ffff:169.254.169.254', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['::ffff:a9fe:a9fe', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['fd00:ec2::254', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['100.100.100.200', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['fe80::1', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['0.0.0.0', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['::', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['2002:a9fe:a9fe::1', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['64:ff9b::a9fe:a9fe', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
    ['255.255.255.255', 'SOURCE_HOST_REFUSED', 'SOURCE_HOST_REFUSED'],
  ])('%s: %s, with --allow-private %s', (address, without, allowed) => {
    expect(verdict(address, false)).toBe(without);
    expect(verdict(address, true)).toBe(allowed);
  });
});
