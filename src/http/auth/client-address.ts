import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';

/** Tells whose request it is, believing X-Forwarded-For from proxies that are ours and from no one else. */
export class ClientAddresses {
  readonly #trusted = new BlockList();

  /** `trusted`: addresses and networks like 10.0.0.0/8, checked by the settings. */
  constructor(trusted: readonly string[]) {
    for (const network of trusted) {
      const [address = '', bits] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  /** The nearest address that is no proxy of ours; empty where there is no connection (tests). */
  of(context: Context): string {
    const env = context.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
    const nearest = plain(env?.incoming?.socket?.remoteAddress ?? '');
    const said = (context.req.header('x-forwarded-for') ?? '').split(',').map(plain);
    const hops = [...said.filter((hop) => isIP(hop) !== 0), nearest];
    while (hops.length > 1 && this.#isTrusted(hops.at(-1) ?? '')) hops.pop();
    return hops.at(-1) ?? '';
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Whether it is this machine itself. */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/, '');
}
