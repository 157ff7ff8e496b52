import { statfsSync } from 'node:fs';

/** Shared memory of the embedded server; stated beside every benchmark, since it is not ours. */
const SHARED_BUFFERS_MB = 256;

/** Below this, parallel queries of the size we run fill /dev/shm (64 MB in a Docker container). */
const SHARED_MEMORY_BYTES_MIN = 512 * 1024 * 1024;

/**
 * Tuned for two cores that take bulk loads, with nothing of durability given away. They go on the
 * command line at every start, so a release that changes one needs no upgrade step.
 */
export function serverSettings(port: number): { readonly [name: string]: string } {
  return {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '50',
    shared_buffers: `${SHARED_BUFFERS_MB}MB`,
    dynamic_shared_memory_type: sharedMemoryType(),
    work_mem: '32MB',
    maintenance_work_mem: '128MB',
    effective_cache_size: '1GB',
    random_page_cost: '1.1',
    jit: 'off',

    // Minimal WAL lets COPY into a table made in the same transaction skip the log.
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_buffers: '16MB',
    min_wal_size: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    ...(process.platform === 'darwin' && { wal_sync_method: 'fsync_writethrough' }),

    // A client that was killed must not keep its locks until its statement ends.
    client_connection_check_interval: '1s',
    timezone: 'UTC',

    // Statements, errors and their details hold people's data: the log gets none of them.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_timezone: 'UTC',
  };
}

function sharedMemoryType(): string {
  if (process.platform !== 'linux') return process.platform === 'win32' ? 'windows' : 'posix';
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= SHARED_MEMORY_BYTES_MIN ? 'posix' : 'mmap';
  } catch {
    return 'mmap';
  }
}
