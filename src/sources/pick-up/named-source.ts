import { MusterError } from '#domain/errors/muster-error.ts';
import { openFile } from '../file.ts';
import type { RecordBatch, RecordSource } from '../record-source.ts';
import type { FetchedFile } from './place.ts';

/** A fetched file as records; what is wrong with it says its name. @throws MusterError as openFile */
export async function openNamed(name: string, { path }: FetchedFile): Promise<RecordSource> {
  const source = await naming(name, () => openFile(path));
  return {
    ...source,
    async *batches() {
      const batches = source.batches();
      try {
        for (;;) {
          const next = await naming(name, () => batches.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        // Whoever has seen enough leaves early, and the file is closed all the same.
        await batches.return(undefined);
      }
    },
  };
}

async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof MusterError)) throw cause;
    throw new MusterError(cause.code, `${name}: ${cause.measured}`, { cause });
  }
}

/**
 * Files that are one list together, as databases export them in parts. All have the same columns, in
 * any order; a row is numbered within its own file, and a rejected one says which.
 * @throws MusterError IMPORT_HEADER_INVALID
 */
export function joinSources(
  parts: readonly { readonly name: string; readonly source: RecordSource }[],
): RecordSource {
  // Sorted: whichever part comes first, a row stays the same.
  const header = (parts[0]?.source.header ?? []).toSorted();
  const orders = parts.map(({ name, source }) => orderOf(header, source.header, name));
  return {
    header,
    total: null,
    unit: 'rows',
    endProved: parts.every(({ source }) => source.endProved),
    async *batches() {
      let done = 0;
      for (const [i, { name, source }] of parts.entries()) {
        for await (const batch of source.batches()) {
          done += batch.rows.length + batch.rejected.length;
          yield inOrder(batch, orders[i] ?? null, name, done);
        }
      }
    },
  };
}

/** Where each column of the list stands in this part; null: they stand as they are. */
function orderOf(
  header: readonly string[],
  own: readonly string[],
  name: string,
): readonly number[] | null {
  const order = header.map((column) => own.indexOf(column));
  if (own.length !== header.length || order.includes(-1)) {
    throw new MusterError('IMPORT_HEADER_INVALID', `${name} has other columns than the first part`);
  }
  return order.every((column, i) => column === i) ? null : order;
}

function inOrder(
  batch: RecordBatch,
  order: readonly number[] | null,
  name: string,
  done: number,
): RecordBatch {
  const sort = (cells: readonly string[]) =>
    order === null ? [...cells] : order.map((column) => cells[column] ?? '');
  return {
    rows: order === null ? batch.rows : batch.rows.map(sort),
    lines: batch.lines,
    rejected: batch.rejected.map(({ line, reason, cells }) => ({
      ...{ line, reason: `${name}: ${reason}` },
      ...(cells === undefined ? {} : { cells: sort(cells) }),
    })),
    done,
  };
}
