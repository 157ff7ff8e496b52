import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

/**
 * Loaded into a process before everything else (node --import): writes down where it connects to, and
 * which names it asks for, one a line. TLS, HTTP and every driver go through these.
 */
const log = process.env['EGRESS_LOG'] ?? '';
const note = (line: string) => appendFileSync(log, `${line}\n`);

interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly path?: string;
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or what Node has made of these. */
function targetOf([first, second]: readonly unknown[]): string {
  if (Array.isArray(first)) return targetOf(first);
  if (typeof first === 'object' && first !== null) {
    const { host = 'localhost', port, path } = first as Target;
    return path !== undefined && port === undefined ? `unix ${path}` : `tcp ${host}:${port}`;
  }
  const host = typeof second === 'string' ? second : 'localhost';
  return typeof first === 'string' && Number.isNaN(Number(first))
    ? `unix ${first}`
    : `tcp ${host}:${String(first)}`;
}

function watch(owner: object, name: string, describe: (args: readonly unknown[]) => string): void {
  const methods = owner as Record<string, (...args: unknown[]) => unknown>;
  const original = methods[name];
  if (original === undefined) return;
  methods[name] = function watched(this: unknown, ...args: unknown[]) {
    note(describe(args));
    return original.apply(this, args);
  };
}

watch(Socket.prototype, 'connect', targetOf);
watch(dgram.Socket.prototype, 'send', () => 'udp');
for (const name of Object.keys(dns)) {
  if (/^(lookup|resolve|reverse)/.test(name)) watch(dns, name, ([host]) => `dns ${String(host)}`);
}
for (const name of Object.keys(dns.promises)) {
  if (/^(lookup|resolve|reverse)/.test(name)) {
    watch(dns.promises, name, ([host]) => `dns ${String(host)}`);
  }
}
syncBuiltinESMExports();
