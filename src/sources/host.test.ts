import { describe, expect, it } from 'vitest';
import { addressOf, judge } from './host.ts';

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

describe('hosts of its own that the operator lists', () => {
  const reach = async (host: string, ...ownHosts: string[]) =>
    await addressOf(host, { allowPrivate: false, ownHosts }).then(
      ({ address }) => address,
      (error: { code: string }) => error.code,
    );

  it.each([
    ['10.1.2.3', '10.1.0.0/16', '10.1.2.3'],
    ['10.2.2.3', '10.1.0.0/16', 'SOURCE_HOST_REFUSED'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3', '10.1.2.3'],
    ['[fd12::1]', 'fd12::/16', 'fd12::1'],
    ['localhost', 'LOCALHOST', expect.stringMatching(/^127|^::1/)],
    ['localhost', '*.localhost', 'SOURCE_HOST_REFUSED'],
    ['127.0.0.1', 'localhost', 'SOURCE_HOST_REFUSED'],
    // What nobody may have, nobody can allow.
    ['169.254.169.254', '169.254.0.0/16', 'SOURCE_HOST_REFUSED'],
    ['169.254.169.254', '0.0.0.0/0', 'SOURCE_HOST_REFUSED'],
    ['10.1.2.3', '10.1.0.0/99', 'SETTING_INVALID'],
  ])('%s where %s is listed: %s', async (host, listed, answer) => {
    expect(await reach(host, 'db.internal', listed)).toEqual(answer);
  });
});
