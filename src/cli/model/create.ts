import { Option } from 'commander';
import { MusterError } from '#domain/errors/muster-error.ts';
import { isFilesTarget } from '#sources/pick-up/target.ts';
import { checkSql } from '#sources/query.ts';
import { ensureDatabase } from '#store/databases.ts';
import { addModel, type ModelMode, modelModes } from '#store/models.ts';
import { findSource } from '#store/sources.ts';
import { previewModel } from '#sync/models.ts';
import { modelDocument, planDocument } from '#sync/model-documents.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { indent } from '../layout.ts';
import { print, printJson } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { readTextFile } from '../text-file.ts';
import { columnsText } from './_describe.ts';

interface CreateOptions extends JsonOption {
  readonly source: string;
  readonly sql?: string;
  readonly id: string;
  readonly database: string;
  readonly map?: string;
  readonly mode: ModelMode;
}

export const create: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'how you want to call it')
      .requiredOption('--source <name>', 'where the query runs, or the files are')
      .requiredOption(
        '--id <column>',
        'the column that is unique and names each person; best what becomes the External ID',
      )
      .option(
        '--sql <file>',
        'a file with one statement that reads; not for files that are picked up',
      )
      .option('--database <name>', 'the database to take them into; made if need be', 'main')
      .option('--map <key=value,…>', 'values by hand: a column, a fixed text, or made of these')
      .addOption(
        new Option(
          '--mode <mode>',
          'mirror: rows that are new, updated and gone count; upsert: the first two; delete: the last',
        )
          .choices(modelModes)
          .default('mirror'),
      );
    jsonOption(command);
    examples(command, [
      'model create buyers --source shop --sql buyers.sql --id customer_id',
      `model create buyers --source shop --sql buyers.sql --id id --map "EMAIL=lower(contact), COUNTRY='DE'"`,
      'echo "select id, email from person" | muster model create people --source crm --sql - --id id --mode upsert',
    ]);
  },

  async run(session, command) {
    const options = command.opts<CreateOptions>();
    const muster = await session.muster();
    const { store } = muster;
    const source = await findSource(store, options.source);
    const target = await muster.openSource(source.id);
    const sql = await readSql(session, options, isFilesTarget(target));
    const map = options.map ?? null;
    const wish = { sql, idColumn: options.id, map };
    // Run once, so that a query that cannot work is never kept.
    const preview = await previewModel(muster, wish, target);
    const model = await store.tx(async (tx) => {
      const { database } = await ensureDatabase(tx, options.database);
      return await addModel(tx, {
        ...wish,
        ...{ name: command.args[0] ?? '', sourceId: source.id, databaseId: database.id },
        ...{ mode: options.mode, enabled: true },
      });
    });
    if (options.json === true) {
      printJson(session, { ...modelDocument(model), ...planDocument(preview) });
      return exitCodes.done;
    }
    print(session, `${model.name} goes from ${source.name} into ${model.database}\n`);
    print(session, indent(columnsText(preview)));
    print(
      session,
      `\nNext: muster model preview ${model.name}, then muster model sync ${model.name}`,
    );
    return exitCodes.done;
  },
};

/** Of files all columns and rows are read. @throws MusterError USAGE, MODEL_SQL_INVALID, FILE_UNREADABLE */
async function readSql(
  session: Session,
  { source, sql }: CreateOptions,
  hasFiles: boolean,
): Promise<string> {
  if (hasFiles === (sql !== undefined)) {
    const wanted = hasFiles ? 'has files, so there is no --sql' : 'needs --sql FILE';
    throw new MusterError('USAGE', `a model of ${source} ${wanted}`);
  }
  return sql === undefined ? '' : checkSql(await readTextFile(session, sql));
}
