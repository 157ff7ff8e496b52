import { createServer } from 'node:http';

/**
 * The other end of every bench, as a process of its own: takes uploads, counts rows and bytes, and
 * answers what Meta answers to a clean one. It reads the row count that the upload announces, so
 * that it costs next to nothing.
 *
 *   node bench/sink.ts            prints its port, then serves until it is killed
 */
const totals = { requests: 0, rows: 0, bytes: 0, created: 0 };

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => {
    totals.bytes += part.length;
    parts.push(part.length > 256 ? part.subarray(-256) : part);
    if (parts.length > 4) parts.shift();
  });
  request.on('end', () => {
    response.setHeader('content-type', 'application/json; charset=UTF-8');
    response.setHeader('facebook-api-version', 'v26.0');
    response.end(
      JSON.stringify(answer(request.url ?? '', Buffer.concat(parts).toString('latin1'))),
    );
  });
});

function answer(url: string, tail: string): object {
  if (url === '/totals') return totals;
  if (!url.includes('/users')) {
    totals.created++;
    return { id: String(9_000_000_000 + totals.created) };
  }
  const rows = Number(/"estimated_num_total":(\d+)/.exec(tail)?.[1] ?? 0);
  totals.requests++;
  totals.rows += rows;
  return {
    audience_id: '9000000001',
    session_id: /"session_id":(\d+)/.exec(tail)?.[1] ?? '1',
    num_received: rows,
    num_invalid_entries: 0,
    invalid_entry_samples: {},
  };
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.stdout.write(`${address.port}\n`);
});
