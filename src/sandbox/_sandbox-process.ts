import { openSandbox } from './sandbox.ts';
import { serveSandbox } from './serve.ts';

/** Serves the sandbox of a directory, prints its ready line, and waits to be killed. For tests. */
const [directory = ''] = process.argv.slice(2);
const sandbox = await openSandbox({ directory, clock: Date.now, random: Math.random });
const { url } = await serveSandbox(sandbox, { port: 0, host: '127.0.0.1' });
process.stdout.write(`${JSON.stringify(sandbox.ready(url))}\n`);
