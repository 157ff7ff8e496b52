import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { MusterError } from '#domain/errors/muster-error.ts';

/** A pipe would block the opening itself, so the path is looked at first. Throws IMPORT_FILE_UNREADABLE. */
export async function openRegular(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isFile()) return await open(path, 'r');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new MusterError('IMPORT_FILE_UNREADABLE', `${path} (${reason})`, { cause });
  }
  throw new MusterError('IMPORT_FILE_UNREADABLE', `${path} is not a regular file`);
}

/** Throws IMPORT_FILE_CHANGED. */
export async function checkUnchanged(file: FileHandle, opened: Stats): Promise<void> {
  const now = await file.stat();
  const isSame = now.ino === opened.ino && now.mtimeMs === opened.mtimeMs;
  if (isSame && now.size === opened.size) return;
  const sizes = `${opened.size} bytes when it was opened, ${now.size} now`;
  throw new MusterError('IMPORT_FILE_CHANGED', sizes);
}

/** Fills the buffer from that place of the file; less only at its end. */
export async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(
      buffer,
      length,
      buffer.length - length,
      position + length,
    );
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
