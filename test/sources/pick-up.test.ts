import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlace } from '#sources/pick-up/place.ts';
import type { FilesTarget } from '#sources/pick-up/target.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3 } from './_s3-server.ts';
import { startSftp } from './_sftp-server.ts';

let clean: AsyncDisposableStack;
let folder = '';
let spool = '';
beforeEach(async () => {
  clean = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'muster-there-'));
  spool = await mkdtemp(join(tmpdir(), 'muster-here-'));
  clean.defer(() => rm(folder, { recursive: true }));
  clean.defer(() => rm(spool, { recursive: true }));
});
afterEach(() => clean.disposeAsync());

const people = 'id,email\n1,ana@example.com\n';
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const targetOf = (wish: Partial<FilesTarget> & Pick<FilesTarget, 'kind' | 'url'>): FilesTarget => ({
  ...{ secret: null, settings: {}, allowPrivate: true, spool, ...wish },
});

/** What lies there, and what the file of that name holds; undefined: it is not there. */
async function take(target: FilesTarget, name: string) {
  await using place = await openPlace(target);
  const found = await place.list();
  const file = found.find((one) => one.name === name);
  if (file === undefined) return undefined;
  const fetched = await place.fetch(file, await mkdtemp(join(spool, 'one-')));
  const text = await readFile(fetched.path, 'utf8');
  return { text, sha256: fetched.sha256.toString('hex'), version: file.version };
}

const codeIn = (error: Error) => (error as { code?: string }).code ?? '';

const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'taken',
    (error: { code?: string }) => error.code,
  );

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe('a folder', () => {
  it('gives its files where they lie, and no links, folders or files of folders', async () => {
    await writeFile(join(folder, 'people.csv'), people);
    await symlink('/etc/hostname', join(folder, 'link.csv'));
    await mkdir(join(folder, 'below'));
    await using place = await openPlace(targetOf({ kind: 'folder', url: folder }));
    expect((await place.list()).map(({ name }) => name)).toEqual(['people.csv']);
    expect(await take(targetOf({ kind: 'folder', url: folder }), 'people.csv')).toMatchObject({
      ...{ text: people, sha256: digest(people) },
    });
  });

  it('notices a file that was replaced between looking and taking', async () => {
    await writeFile(join(folder, 'people.csv'), people);
    await using place = await openPlace(targetOf({ kind: 'folder', url: folder }));
    const [file] = await place.list();
    await utimes(join(folder, 'people.csv'), 1, 1);
    if (file === undefined) throw new Error('no file');
    expect(await codeOf(place.fetch(file, spool))).toBe('IMPORT_FILE_CHANGED');
  });

  it('says when it is not there', async () => {
    const place = openPlace(targetOf({ kind: 'folder', url: join(folder, 'nowhere') }));
    expect(await codeOf((await place).list())).toBe('SOURCE_UNREACHABLE');
  });
});

describe('a URL', () => {
  it('gives its file with the version that its server tells, into a file for nobody else', async () => {
    const base = await listen((request, response) => {
      response.setHeader('etag', '"v1"').setHeader('content-length', people.length);
      response.end(request.method === 'HEAD' ? undefined : people);
    });
    const target = targetOf({ kind: 'https', url: `${base}/export/people.csv?sig=x` });
    expect(await take(target, 'people.csv')).toEqual({
      ...{ text: people, sha256: digest(people), version: '"v1"' },
    });
    const [one = ''] = await readdir(spool);
    expect((await stat(join(spool, one, 'file.csv'))).mode & 0o777).toBe(0o600);
  });

  it('is asked for the file itself where its server tells nothing by HEAD', async () => {
    const base = await listen((request, response) => {
      if (request.method === 'HEAD') response.writeHead(403).end();
      else response.end(people);
    });
    const target = targetOf({ kind: 'https', url: `${base}/people.csv` });
    expect(await take(target, 'people.csv')).toMatchObject({ text: people, version: null });
  });

  it('that breaks off is not a file', async () => {
    const base = await listen((request, response) => {
      response.writeHead(200, { 'content-length': 5_000 });
      if (request.method === 'HEAD') response.end();
      else response.write(people, () => response.destroy());
    });
    const target = targetOf({ kind: 'https', url: `${base}/people.csv` });
    expect(await codeOf(take(target, 'people.csv'))).toBe('SOURCE_CUT');
  });

  it('that is another file by now is not taken for the one that was seen', async () => {
    let version = 0;
    const base = await listen((_request, response) => {
      response.setHeader('etag', `"v${++version}"`).end(people);
    });
    const target = targetOf({ kind: 'https', url: `${base}/people.csv` });
    expect(await codeOf(take(target, 'people.csv'))).toBe('IMPORT_FILE_CHANGED');
  });

  it('sends its password to its own server, and to no other', async () => {
    const seen: (string | undefined)[] = [];
    const other = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end(people);
    });
    const base = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other}/people.csv` }).end();
    });
    const url = base.replace('//', '//ana:pass%20word@');
    await take(targetOf({ kind: 'https', url: `${url}/people.csv` }), 'people.csv');
    const basic = 'Basic YW5hOnBhc3Mgd29yZA==';
    expect(seen).toEqual([basic, undefined, basic, undefined]);
    seen.length = 0;
    await take(targetOf({ kind: 'https', url: `${base}/p.csv`, secret: 't0ken' }), 'p.csv');
    expect(seen).toEqual(['Bearer t0ken', undefined, 'Bearer t0ken', undefined]);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'SOURCE_HOST_REFUSED'],
    ['http://[::ffff:169.254.169.254]/x', 'SOURCE_HOST_REFUSED'],
    ['http://0xa9fea9fe/x', 'SOURCE_HOST_REFUSED'],
    ['file:///etc/passwd', 'SOURCE_URL_INVALID'],
    ['gopher://127.0.0.1/x', 'SOURCE_URL_INVALID'],
    ['http://8.8.8.8/people.csv', 'SOURCE_URL_INVALID'],
  ])('does not follow a redirect to %s', async (location, code) => {
    const base = await listen((_request, response) => {
      response.writeHead(307, { location }).end();
    });
    const target = targetOf({ kind: 'https', url: `${base}/people.csv` });
    expect(await codeOf(take(target, 'people.csv'))).toBe(code);
  });

  it('does not follow redirects for ever', async () => {
    const base = await listen((request, response) => {
      response.writeHead(302, { location: `${request.url}x` }).end();
    });
    const target = targetOf({ kind: 'https', url: `${base}/people.csv` });
    expect(await codeOf(take(target, 'people.csv'))).toBe('SOURCE_UNREACHABLE');
  });

  it('on this machine is refused unless somebody allows it', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1']) {
      const target = targetOf({
        kind: 'https',
        url: `http://${host}:1/p.csv`,
        allowPrivate: false,
      });
      expect(await codeOf(take(target, 'p.csv'))).toBe('SOURCE_HOST_REFUSED');
    }
  });
});

describe('a bucket that speaks S3', () => {
  const keys = {
    ...{ bucket: 'exports', accessKeyId: 'AKIDEXAMPLE', region: 'eu-central-1' },
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const modified = new Date('2026-11-20T08:00:00Z');

  const start = async () => {
    const server = clean.use(await startS3(keys));
    const target = targetOf({
      ...{ kind: 's3', url: 's3://exports/out/' },
      secret: `${keys.accessKeyId}\n${keys.secretAccessKey}\n`.trim(),
      settings: { region: keys.region, endpoint: server.endpoint },
    });
    return { server, target };
  };

  it('gives what lies under the prefix, page by page, by requests that are signed', async () => {
    const { server, target } = await start();
    for (const name of ['a.csv', 'b ü+%.csv', "c(1)'.csv"]) {
      server.objects.set(`out/${name}`, { content: Buffer.from(`${people}${name}`), modified });
    }
    server.objects.set('out/deeper/d.csv', { content: Buffer.from(people), modified });
    server.objects.set('other/e.csv', { content: Buffer.from(people), modified });
    server.pageSize = 2;
    await using place = await openPlace(target);
    const found = await place.list();
    expect(found.map(({ name }) => name).toSorted()).toEqual(['a.csv', 'b ü+%.csv', "c(1)'.csv"]);
    expect(found[0]?.modifiedMs).toBe(modified.getTime());
    for (const name of ['b ü+%.csv', "c(1)'.csv"]) {
      expect((await take(target, name))?.text).toBe(`${people}${name}`);
    }
    expect(server.refused).toEqual([]);
  });

  it('does not give another version than the one that was listed', async () => {
    const { server, target } = await start();
    server.objects.set('out/a.csv', { content: Buffer.from(people), modified });
    await using place = await openPlace(target);
    const [file] = await place.list();
    server.objects.set('out/a.csv', { content: Buffer.from('id\n2\n'), modified });
    if (file === undefined) throw new Error('no file');
    expect(await codeOf(place.fetch(file, spool))).toBe('IMPORT_FILE_CHANGED');
  });

  it('refuses a wrong key without its being repeated', async () => {
    const { server, target } = await start();
    const wrong = { ...target, secret: `${keys.accessKeyId} wrong` };
    const error = await take(wrong, 'a.csv').catch(
      (thrown: Error) => thrown.message + codeIn(thrown),
    );
    expect(error).toMatch(/SignatureDoesNotMatch.*SOURCE_UNREACHABLE/);
    expect(error).not.toContain(keys.accessKeyId);
    expect(server.refused).toEqual(['SignatureDoesNotMatch']);
    expect(await codeOf(take({ ...target, url: 's3://nobodys/' }, 'a.csv'))).toBe(
      'SOURCE_UNREACHABLE',
    );
    expect(await codeOf(take({ ...target, allowPrivate: false }, 'a.csv'))).toBe(
      'SOURCE_HOST_REFUSED',
    );
  });
});

describe('an SFTP server', () => {
  const start = async () => {
    const server = clean.use(await startSftp(folder, { user: 'drop', password: 's3cret' }));
    const target = targetOf({
      ...{ kind: 'sftp', url: `sftp://drop@127.0.0.1:${server.port}/`, secret: 's3cret' },
      settings: { hostKey: server.hostKey },
    });
    return { server, target };
  };

  it('gives the files of its folder', async () => {
    const large = `${people}${'2,bo@example.com\n'.repeat(20_000)}`;
    await writeFile(join(folder, 'people.csv'), large);
    const { target } = await start();
    const taken = await take(target, 'people.csv');
    expect(taken?.sha256).toBe(digest(large));
  });

  it('whose host key is another one gets no password', async () => {
    const { server, target } = await start();
    const error = await take({ ...target, settings: {} }, 'x').catch(
      (thrown: Error) => thrown.message + codeIn(thrown),
    );
    expect(error).toContain(server.hostKey);
    expect(error).toContain('SOURCE_HOST_KEY');
    const other = { hostKey: `SHA256:${'A'.repeat(43)}` };
    expect(await codeOf(take({ ...target, settings: other }, 'x'))).toBe('SOURCE_HOST_KEY');
    expect(server.tried).toEqual([]);
  });

  it('refuses a wrong password, and breaks off without a file', async () => {
    await writeFile(join(folder, 'people.csv'), 'x'.repeat(500_000));
    const { server, target } = await start();
    expect(await codeOf(take({ ...target, secret: 'wrong' }, 'x'))).toBe('SOURCE_UNREACHABLE');
    server.cutAfter = 200_000;
    expect(await codeOf(take(target, 'people.csv'))).toBe('SOURCE_CUT');
  });

  it('notices a file that grew while it was read', async () => {
    await writeFile(join(folder, 'people.csv'), people);
    const { target } = await start();
    await using place = await openPlace(target);
    const [file] = await place.list();
    await writeFile(join(folder, 'people.csv'), `${people}2,bo@example.com\n`);
    if (file === undefined) throw new Error('no file');
    expect(await codeOf(place.fetch(file, spool))).toBe('IMPORT_FILE_CHANGED');
  });
});
