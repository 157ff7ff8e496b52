import { Option } from 'commander';
import { addTestedSource } from '#connections/add-source.ts';
import { readKeys } from '#connections/key.ts';
import { spoolOf } from '#connections/open-source.ts';
import { isFilesTarget } from '#sources/pick-up/target.ts';
import { isUntested } from '#sources/query.ts';
import { sourceKinds } from '#store/sources.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { print, printJson, tell } from '../print.ts';
import { exitCodes } from '../session.ts';
import { type AddressOptions, readAddress } from './_address.ts';
import { sourceDocument } from './_describe.ts';

interface AddOptions extends AddressOptions, JsonOption {
  readonly allowPrivate?: true;
}

const untested =
  'Note: this driver is untested against the real service. It was built from the published documentation and tried with a scripted server; look closely at the first rows.';

export const add: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'how you want to call it')
      .addOption(
        new Option('--type <kind>', 'what it is').choices(sourceKinds).makeOptionMandatory(),
      )
      .option('--url-file <file>', 'a file with the URL of the server, user and password in it')
      .option('--url <url>', 'the same; better - and standard input: process lists show it')
      .option('--path <path>', 'the file of an SQLite database, or a folder')
      .option(
        '--secret-file <file>',
        'a file with the password or private key (sftp), the access key id and secret key (s3), the token (https, databricks), the private key (snowflake) or the JSON of the service account (bigquery)',
      )
      .option('--pattern <pattern>', 'which files are meant, such as people-*.csv; otherwise all')
      .addOption(
        new Option(
          '--files <how>',
          'each: every file is a list by itself, the oldest comes first; together: they are the parts of one list',
        ).choices(['each', 'together']),
      )
      .option(
        '--marker <name>',
        'a file is whole when this one is there too: *.done, * standing for its name, or _SUCCESS',
      )
      .option('--host-key <fingerprint>', 'of the key that the SFTP server must show: SHA256:…')
      .option(
        '--region <region>',
        'of the bucket, us-east-1 if it is not given; where BigQuery runs queries',
      )
      .option(
        '--endpoint <url>',
        'the server to ask in place of the service’s own: one that speaks S3, an emulator',
      )
      .option(
        '--timeout <seconds>',
        'how long a statement may take; half an hour if it is not given',
      )
      .option('--allow-private', 'it is on this machine or in your own network');
    jsonOption(command);
    examples(command, [
      'source add shop --type postgres --url-file shop.url',
      'source add crm --type mysql --url-file crm.url --allow-private',
      'source add wh --type snowflake --url snowflake://MUSTER@ab12345/CRM/PUBLIC?warehouse=SMALL --secret-file key.pem',
      'source add till --type sqlite --path till.sqlite',
      "source add exports --type folder --path /srv/exports --pattern 'people-*.csv' --files each",
      "source add lake --type s3 --url s3://bucket/people/ --region eu-central-1 --secret-file keys --pattern '*.parquet' --files together --marker _SUCCESS",
      'source add drop --type sftp --url sftp://me@sftp.example.com/out --secret-file id_ed25519 --host-key SHA256:… --pattern people.csv',
    ]);
  },

  async run(session, command) {
    const options = command.opts<AddOptions>();
    const name = command.args[0] ?? '';
    const { url, secret, settings } = await readAddress(session, options);
    const { type: kind } = options;
    const { store } = await session.muster();
    const keys = await readKeys(session.settings, session.secrets);
    const { source: made, server } = await addTestedSource(
      store,
      keys,
      { name, kind, url, secret, settings, allowPrivate: options.allowPrivate === true },
      { ownHosts: session.settings.sourceHosts, spool: spoolOf(session.settings) },
    );
    if (isUntested(kind)) tell(session, untested);
    if (options.json === true) printJson(session, { ...sourceDocument(made), server });
    else {
      print(session, `${name} is added: ${server} at ${made.place}`);
      const query = isFilesTarget({ kind }) ? '' : ' --sql FILE';
      print(session, `\nNext: muster model create NAME --source ${name}${query} --id COLUMN`);
    }
    return exitCodes.done;
  },
};
