/** A process of its own that stays attached to the Postgres of argv[2] until its input ends. */
import { once } from 'node:events';
import { attachEmbedded } from '#store/embedded/attach.ts';

const [dataDir = ''] = process.argv.slice(2);
try {
  const server = await attachEmbedded(dataDir, { log: (line) => console.error(line) });
  console.log(JSON.stringify({ url: server.connectionString, started: server.started }));
  process.stdin.resume();
  await once(process.stdin, 'end');
  await server.leave();
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code }));
  process.exitCode = 1;
}
