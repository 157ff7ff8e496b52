import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2, { type Attributes, type Connection, type SFTPWrapper } from 'ssh2';

export interface SftpServer extends AsyncDisposable {
  readonly port: number;
  /** As ssh-keygen -l writes it. */
  readonly hostKey: string;
  /** Passwords that were tried. */
  readonly tried: string[];
  /** Cuts the line once so many bytes were read. */
  cutAfter: number;
}

const { STATUS_CODE } = ssh2.utils.sftp;

/** An SFTP server over a folder of this machine, by ssh2's own server. */
export async function startSftp(
  folder: string,
  who: { readonly user: string; readonly password: string },
): Promise<SftpServer> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64');
  const tried: string[] = [];
  const state = { cutAfter: Number.POSITIVE_INFINITY };
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', (context) => {
      if (context.method !== 'password') return context.reject(['password']);
      tried.push(context.password);
      if (context.username === who.user && context.password === who.password) context.accept();
      else context.reject();
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (acceptSftp) => {
        serve(acceptSftp(), folder, (bytes) => {
          state.cutAfter -= bytes;
          if (state.cutAfter < 0) connection.end();
          return state.cutAfter >= 0;
        });
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hostKey: `SHA256:${digest.replace(/=+$/, '')}`,
    tried,
    set cutAfter(bytes: number) {
      state.cutAfter = bytes;
    },
    get cutAfter() {
      return state.cutAfter;
    },
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.end();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function serve(sftp: SFTPWrapper, folder: string, mayRead: (bytes: number) => boolean): void {
  const files = new Map<number, FileHandle>();
  const folders = new Map<number, { isRead: boolean }>();
  let last = 0;
  const handleOf = (number: number) => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(number);
    return handle;
  };
  const failed = (id: number) => () => sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
  const pathOf = (name: string) => join(folder, name);
  sftp.on('REALPATH', (id, path) => {
    sftp.name(id, [{ filename: path, longname: path, attrs: attributesOf() }]);
  });
  sftp.on('OPENDIR', (id) => {
    folders.set(++last, { isRead: false });
    sftp.handle(id, handleOf(last));
  });
  sftp.on('READDIR', (id, handle) => {
    const at = folders.get(handle.readUInt32BE());
    if (at === undefined || at.isRead) {
      sftp.status(id, STATUS_CODE.EOF);
      return;
    }
    at.isRead = true;
    listOf(folder).then((entries) => sftp.name(id, entries), failed(id));
  });
  sftp.on('OPEN', (id, name) => {
    open(pathOf(name), 'r').then((file) => {
      files.set(++last, file);
      sftp.handle(id, handleOf(last));
    }, failed(id));
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const file = files.get(handle.readUInt32BE());
    if (file === undefined) return failed(id)();
    file.read(Buffer.alloc(length), 0, length, offset).then(({ bytesRead, buffer }) => {
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else if (mayRead(bytesRead)) sftp.data(id, buffer.subarray(0, bytesRead));
    }, failed(id));
  });
  const look = (id: number, name: string) => {
    stat(pathOf(name)).then((found) => sftp.attrs(id, attributesOf(found)), failed(id));
  };
  sftp.on('STAT', look);
  sftp.on('LSTAT', look);
  sftp.on('FSTAT', (id, handle) => {
    const file = files.get(handle.readUInt32BE());
    file?.stat().then((found) => sftp.attrs(id, attributesOf(found)), failed(id));
  });
  sftp.on('CLOSE', (id, handle) => {
    files
      .get(handle.readUInt32BE())
      ?.close()
      .catch(() => {});
    sftp.status(id, STATUS_CODE.OK);
  });
}

async function listOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true });
  return await Promise.all(
    entries.map(async (entry) => {
      const attrs = attributesOf(await stat(join(folder, entry.name)));
      const longname = `${entry.isFile() ? '-' : 'd'}rw-r--r-- 1 x x ${attrs.size} Nov 22 10:00 ${entry.name}`;
      return { filename: entry.name, longname, attrs };
    }),
  );
}

function attributesOf(found?: { size: number; mtimeMs: number }): Attributes {
  const seconds = Math.floor((found?.mtimeMs ?? 0) / 1000);
  const mode = constants.S_IFREG | 0o644;
  return { mode, uid: 0, gid: 0, size: found?.size ?? 0, atime: seconds, mtime: seconds };
}
