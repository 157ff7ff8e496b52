import { resolve } from 'node:path';
import { Option } from 'commander';
import { Secret } from '#config/secret.ts';
import { readKeys } from '#connections/key.ts';
import { sealUrl } from '#connections/source-url.ts';
import { MusterError } from '#domain/errors/muster-error.ts';
import { placeOf, testTarget } from '#sources/query.ts';
import { addSource, type SourceKind, sourceKinds } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';
import { sourceDocument } from './_describe.ts';

interface AddOptions extends JsonOption {
  readonly type: SourceKind;
  readonly url?: string;
  readonly urlFile?: string;
  readonly path?: string;
  readonly allowPrivate?: true;
}

export const add: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'how you want to call it')
      .addOption(
        new Option('--type <kind>', 'what it is').choices(sourceKinds).makeOptionMandatory(),
      )
      .option('--url-file <file>', 'a file with the URL of the server, user and password in it')
      .option('--url <url>', 'the same; better - and standard input: process lists show it')
      .option('--path <file>', 'the file of an SQLite database')
      .option('--allow-private', 'it is on this machine or in your own network');
    jsonOption(command);
    examples(command, [
      'source add shop --type postgres --url-file shop.url',
      'echo mysql://reader:secret@10.0.0.5/crm | muster source add crm --type mysql --url - --allow-private',
      'source add till --type sqlite --path till.sqlite',
    ]);
  },

  async run(session, command) {
    const options = command.opts<AddOptions>();
    const name = command.args[0] ?? '';
    const url = await readUrlOf(session, options);
    const { type: kind } = options;
    const allowPrivate = options.allowPrivate === true;
    const target = { kind, url: url.reveal(), allowPrivate };
    // Asked first: a source that cannot be reached is of no use to anybody.
    const server = await testTarget(target);
    const { store } = await session.muster();
    const keys = await readKeys(session.settings, session.secrets);
    const made = await store.tx((tx) =>
      addSource(tx, {
        name,
        kind,
        place: placeOf(target),
        allowPrivate,
        seal: (place) => sealUrl(keys, url, place),
      }),
    );
    if (options.json === true) printJson(session, { ...sourceDocument(made), server });
    else {
      print(session, `${name} is added: ${server} at ${made.place}`);
      print(session, `\nNext: muster model create NAME --source ${name} --sql FILE --id COLUMN`);
    }
    return exitCodes.done;
  },
};

/** @throws MusterError USAGE, FILE_UNREADABLE */
async function readUrlOf(session: Session, options: AddOptions): Promise<Secret> {
  const { type, url, urlFile, path } = options;
  const given = [url, urlFile, path].filter((one) => one !== undefined);
  if (given.length !== 1 || (path !== undefined) !== (type === 'sqlite')) {
    const wanted = type === 'sqlite' ? '--path FILE' : '--url-file FILE or --url -';
    throw new MusterError('USAGE', `a source of type ${type} needs ${wanted}`);
  }
  if (path !== undefined) return new Secret(resolve(path));
  if (url !== undefined && url !== '-') {
    tell(
      session,
      'Warning: a URL on the command line shows in process lists and in the history of the shell. Better: --url-file FILE, or --url - and standard input.',
    );
    return new Secret(url.trim());
  }
  return new Secret((await readTextFile(session, urlFile ?? '-')).trim());
}
