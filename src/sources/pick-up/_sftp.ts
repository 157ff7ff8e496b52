import { createHash } from 'node:crypto';
import { MusterError } from '#domain/errors/muster-error.ts';
import SftpClient from 'ssh2-sftp-client';
import { addressOf } from '../host.ts';
import type { FoundFile, Place } from './place.ts';
import { spool, spoolPath } from './_spool.ts';
import { type FilesTarget, urlOf } from './target.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const KEEPALIVE_MS = 15_000;

/**
 * A folder at an SFTP server. The key of the server has to be the one that was agreed on: it is
 * looked at before a password is sent. @throws MusterError SOURCE_HOST_KEY, SOURCE_UNREACHABLE
 */
export async function openSftp(target: FilesTarget): Promise<Place> {
  const url = urlOf('sftp', target.url);
  const { address } = await addressOf(url.hostname, target);
  // What comes between two calls, which it would print otherwise; each call has listeners of its own.
  const ignore = () => {};
  const client = new SftpClient('muster', { error: ignore, end: ignore, close: ignore });
  let shown = '';
  try {
    await client.connect({
      host: address,
      port: url.port === '' ? 22 : Number(url.port),
      username: decodeURIComponent(url.username),
      ...credentialOf(url, target.secret),
      readyTimeout: CONNECT_TIMEOUT_MS,
      keepaliveInterval: KEEPALIVE_MS,
      hostVerifier: (key: Buffer) => {
        const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
        shown = `SHA256:${digest}`;
        return shown === target.settings.hostKey;
      },
    });
  } catch (cause) {
    await client.end().catch(() => {});
    if (shown !== '' && shown !== target.settings.hostKey) {
      throw new MusterError('SOURCE_HOST_KEY', `${url.hostname} shows ${shown}`, { cause });
    }
    throw unreachable(url, cause);
  }
  return placeOf(client, url);
}

function placeOf(client: SftpClient, url: URL): Place {
  const folder = decodeURIComponent(url.pathname).replace(/\/$/, '') || '/';
  const look = async (): Promise<FoundFile[]> => {
    const entries = await client.list(folder).catch((cause: unknown) => {
      throw unreachable(url, cause);
    });
    return entries
      .filter(({ type, name }) => type === '-' && !/[/\\]/.test(name))
      .map(({ name, size, modifyTime }) => ({
        ...{ name, version: `${size}-${modifyTime}`, modifiedMs: modifyTime },
      }));
  };
  return {
    growing: true,
    list: look,
    async fetch({ name, version }, into) {
      const path = spoolPath(into, name);
      const stream = client.createReadStream(`${folder}/${name}`) as AsyncIterable<Buffer>;
      const { sizeBytes, sha256 } = await spool(stream, path).catch((cause: unknown) => {
        if (cause instanceof MusterError) throw cause;
        throw new MusterError('SOURCE_CUT', `${name} (${codeOf(cause)})`, { cause });
      });
      const now = (await look()).find((file) => file.name === name);
      if (now?.version !== version || !version?.startsWith(`${sizeBytes}-`)) {
        throw new MusterError('IMPORT_FILE_CHANGED', name);
      }
      return { path, version, sha256 };
    },
    [Symbol.asyncDispose]: async () => {
      await client.end().catch(() => {});
    },
  };
}

/** A private key as OpenSSH writes it, or a password; a password may stand in the URL too. */
function credentialOf(url: URL, secret: string | null) {
  if (secret === null) return { password: decodeURIComponent(url.password) };
  return secret.includes('PRIVATE KEY') ? { privateKey: secret } : { password: secret };
}

function unreachable(url: URL, cause: unknown): MusterError {
  return new MusterError('SOURCE_UNREACHABLE', `${url.hostname} (${codeOf(cause)})`, { cause });
}

const codeOf = (cause: unknown) => String((cause as NodeJS.ErrnoException).code ?? 'unknown');
