import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { MusterError } from '#domain/errors/muster-error.ts';

/** Nobody's database: link-local, metadata services, multicast, reserved (RFC 6890; clouds' manuals). */
const never = new BlockList();
never.addSubnet('0.0.0.0', 8);
never.addSubnet('169.254.0.0', 16);
never.addAddress('100.100.100.200');
never.addSubnet('192.0.0.0', 24);
never.addSubnet('224.0.0.0', 3);
never.addAddress('::', 'ipv6');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
never.addAddress('fd00:ec2::254', 'ipv6');
never.addAddress('fd20:ce::254', 'ipv6');
// IPv4 in other clothes: 6to4 and NAT64 lead to addresses that were not looked at.
never.addSubnet('2002::', 16, 'ipv6');
never.addSubnet('64:ff9b::', 96, 'ipv6');
never.addSubnet('::', 96, 'ipv6');

/** This machine and its own network. */
const own = new BlockList();
own.addSubnet('127.0.0.0', 8);
own.addSubnet('10.0.0.0', 8);
own.addSubnet('172.16.0.0', 12);
own.addSubnet('192.168.0.0', 16);
own.addSubnet('100.64.0.0', 10);
own.addSubnet('198.18.0.0', 15);
own.addSubnet('fc00::', 7, 'ipv6');

const ownLoopback = '::1';

/** Where a source may be beside the public internet. */
export interface Reachable {
  /** Private addresses: somebody said so for this source. */
  readonly allowPrivate: boolean;
  /** What the operator allows to all sources: names, *.domains, addresses, networks. */
  readonly ownHosts?: readonly string[];
}

export interface Address {
  readonly address: string;
  readonly isPrivate: boolean;
}

/**
 * The address to connect to, and to no other: a name that is looked up a second time may lead
 * elsewhere. All addresses of a name are judged, so that one that may not be there refuses it.
 * @throws MusterError SOURCE_HOST_REFUSED, SOURCE_UNREACHABLE
 */
export async function addressOf(host: string, reachable: Reachable): Promise<Address> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(bare) === 0 ? await resolve(bare) : [bare];
  const { allowPrivate, ownHosts = [] } = reachable;
  const judged = addresses.map((address) =>
    judge(address, allowPrivate || isListed(ownHosts, bare, address)),
  );
  const [first] = judged;
  if (first === undefined) throw new MusterError('SOURCE_UNREACHABLE', `${host} has no address`);
  return first;
}

/** By its name, by the end of its name, or by its address. @throws MusterError SETTING_INVALID */
function isListed(list: readonly string[], host: string, address: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  const plain = mappedIPv4(address) ?? address;
  return list.some((entry) => {
    const [network = '', prefix] = entry.toLowerCase().split('/');
    const family = isIP(network);
    if (family === 0) {
      return network.startsWith('*.') ? name.endsWith(network.slice(1)) : name === network;
    }
    const block = new BlockList();
    try {
      const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
      block.addSubnet(network, bits, family === 6 ? 'ipv6' : 'ipv4');
    } catch (cause) {
      const measured = `MUSTER_SOURCE_HOSTS has “${entry}”, which is no network`;
      throw new MusterError('SETTING_INVALID', measured, { cause });
    }
    return block.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  });
}

async function resolve(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new MusterError('SOURCE_UNREACHABLE', `${host} is not found (${code})`, { cause });
  }
}

/** @throws MusterError SOURCE_HOST_REFUSED */
export function judge(address: string, allowPrivate: boolean): Address {
  const plain = mappedIPv4(address) ?? address;
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (plain !== ownLoopback && never.check(plain, family)) {
    throw new MusterError(
      'SOURCE_HOST_REFUSED',
      `${address} is link-local, reserved or a metadata service`,
    );
  }
  const isPrivate = plain === ownLoopback || own.check(plain, family);
  if (isPrivate && !allowPrivate) {
    throw new MusterError(
      'SOURCE_HOST_REFUSED',
      `${address} is of this machine or a private network`,
    );
  }
  return { address: plain, isPrivate };
}

/** ::ffff:10.0.0.1 and ::ffff:a00:1 are 10.0.0.1. */
function mappedIPv4(address: string): string | null {
  const canonical =
    isIP(address) === 6 ? new URL(`http://[${address.split('%')[0]}]`).hostname : '';
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return null;
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex');
  return [...bytes].join('.');
}
