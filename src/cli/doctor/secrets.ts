import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '#config/settings.ts';
import { broken, type Finding, odd, well } from './finding.ts';

/** Group and others: writing. Others: reading. */
const TOO_OPEN = 0o026;

/** Files that secrets are in: there, for this account, and for few others. Nothing of them is shown. */
export async function secretFileFindings(
  settings: Settings,
  keyIsInEnvironment: boolean,
): Promise<Finding[]> {
  const { secretFiles, keyFile, dataDirectory } = settings;
  const own = keyFile === null && !keyIsInEnvironment;
  const files = [
    ...secretFiles.map(({ variable, path }) => ({ name: variable, path })),
    // Whoever never connected has none yet.
    ...(own ? [{ name: 'key', path: join(dataDirectory, 'key'), mayBeMissing: true }] : []),
  ];
  return await Promise.all(files.map(secretFileFinding));
}

async function secretFileFinding(file: {
  readonly name: string;
  readonly path: string;
  readonly mayBeMissing?: boolean;
}): Promise<Finding> {
  const { name, path, mayBeMissing = false } = file;
  try {
    await access(path, constants.R_OK);
    const { mode, size } = await stat(path);
    const next = `Make it readable for the account that runs Muster alone: chmod 600 ${path}`;
    if (size === 0) return broken(name, `${path} is empty`, 'Write the secret into it.');
    const rights = (mode & 0o777).toString(8);
    if (process.platform !== 'win32' && (mode & TOO_OPEN) !== 0) {
      return odd(name, `${path} is open to others (mode ${rights})`, next);
    }
    return well(name, `${path}, mode ${rights}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (mayBeMissing && code === 'ENOENT') return well(name, `${path} is made when it is needed`);
    const next = 'Look whether the file is there, and whether this account may read it.';
    return broken(name, `${path}: ${code}`, next);
  }
}
