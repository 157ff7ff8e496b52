import { MusterError } from '#domain/errors/muster-error.ts';
import { fieldByAlias, idNames } from '#sources/aliases.ts';
import { openFile } from '#sources/file.ts';
import type { NamedPeople } from './named-people.ts';

/** Ids and e-mail addresses as somebody pastes them, between line ends, commas, semicolons or bars. */
export function splitPeople(text: string): NamedPeople {
  const values = text
    .split(/[\n\r,;|\t]+/)
    .map((value) => value.trim().replace(/^"(.*)"$/, '$1'))
    .filter((value) => value !== '');
  const isEmail = (value: string) => value.includes('@');
  return {
    ids: values.filter((value) => !isEmail(value)),
    emails: values.filter(isEmail),
  };
}

/**
 * The people of a file: its column of ids, or of e-mail addresses where it has no ids; or one value a
 * line without a header.
 * @param readText gives the file as text
 * @throws MusterError PEOPLE_LIST_INVALID, and what openFile throws
 */
export async function readPeopleFile(
  path: string,
  readText: () => Promise<string>,
): Promise<NamedPeople> {
  const source = await openFile(path);
  const { header } = source;
  const lower = header.map((name) => name.toLowerCase());
  const id = idNames.map((name) => lower.indexOf(name)).find((column) => column !== -1);
  const column = id ?? header.findIndex((name) => fieldByAlias(name) === 'email');
  if (column === -1) {
    if (header.length > 1) {
      const measured = `its columns are ${header.map((name) => `“${name}”`).join(', ')}`;
      throw new MusterError('PEOPLE_LIST_INVALID', measured.slice(0, MEASURED_MAX));
    }
    const text = await readText();
    if (text.includes('\0')) throw new MusterError('PEOPLE_LIST_INVALID', 'it is no text');
    return splitPeople(text);
  }
  const values: string[] = [];
  for await (const { rows, rejected } of source.batches()) {
    const [broken] = rejected;
    if (broken !== undefined) {
      throw new MusterError('PEOPLE_LIST_INVALID', `line ${broken.line}: ${broken.reason}`);
    }
    for (const row of rows) {
      const value = (row[column] ?? '').trim();
      if (value !== '') values.push(value);
    }
  }
  return id === undefined ? { ids: [], emails: values } : { ids: values, emails: [] };
}

const MEASURED_MAX = 300;
