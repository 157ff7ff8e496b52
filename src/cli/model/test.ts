import { MusterError } from '#domain/errors/muster-error.ts';
import { findModel } from '#store/models.ts';
import { type TestRecord, testRecord } from '#sync/test-record.ts';
import { type CommandSpec, examples, type JsonOption, jsonOption } from '../command.ts';
import { fields, indent, table } from '../layout.ts';
import { print, printJson, styled } from '../print.ts';
import { exitCodes, type Session } from '../session.ts';
import { rows } from '../words.ts';
import { integrationFor } from './audience.ts';

interface TestOptions extends JsonOption {
  readonly person?: string;
  readonly send?: true;
  readonly keep?: true;
  readonly integration?: string;
}

export const test: CommandSpec = {
  describe(command) {
    command
      .argument('<name>', 'the model')
      .option('--person <id>', 'the record with this id; otherwise the first one')
      .option('--send', 'really send it, to a Meta audience that is made for it and deleted again')
      .option('--keep', 'with --send: leave that Meta audience, to look at it')
      .option('--integration <name>', 'through this one; not needed where there is one only');
    jsonOption(command);
    command.addHelpText(
      'after',
      '\nShows what becomes of one record: the shape of each value, what cannot be used and why, and the\n' +
        'request as it would be sent. Nothing is stored. In Ads Manager a record that was sent shows under\n' +
        'Audiences, the name, History; whoever keeps that Meta audience has to delete it there.',
    );
    examples(command, [
      'model test buyers',
      'model test buyers --person C-1042 --json',
      'model test buyers --send',
    ]);
  },

  async run(session, command) {
    const options = command.opts<TestOptions>();
    const muster = await session.muster();
    const model = await findModel(muster.store, command.args[0] ?? '');
    const { person = null, integration, keep = false } = options;
    if (keep && options.send === undefined) throw new MusterError('USAGE', '--keep needs --send');
    const send =
      options.send === undefined
        ? null
        : { integrationId: await integrationFor(session, model.database, integration), keep };
    const record = await testRecord(muster, model, { person, send });
    if (options.json === true) printJson(session, record);
    else print(session, recordText(session, record));
    const isRefused = record.answer !== null && record.answer.outcome !== 'clean';
    return isRefused ? exitCodes.failed : exitCodes.done;
  },
};

function recordText(session: Session, record: TestRecord): string {
  const { given, unusable, withheld, request, answer } = record;
  const shapes = given.map(({ key, from, value }) => [key, from, value]);
  const parts = [
    styled(session.terminal.output, 'bold', `One record of ${record.model}: ${record.externalId}`),
    indent(table(['key', 'from', 'shape'], shapes)),
  ];
  if (unusable.length > 0) {
    const lines = unusable.map(({ key, reason }) => [key, reason]);
    parts.push(`Left out\n\n${indent(table(['key', 'reason'], lines))}`);
  }
  if (withheld !== null) parts.push(`It would not be sent: ${withheld}. This is what it holds:`);
  if (request !== null) {
    const { schema, data } = request.body.payload;
    const made = data.map((row) => indent(fields(schema.map((key, i) => [key, cellText(row[i])]))));
    const sent = answer === null ? 'as it would be sent' : 'as it was sent';
    parts.push(`${request.method} ${request.path}, ${sent}\n\n${made.join('\n\n')}`);
  }
  if (answer !== null) parts.push(answerText(answer));
  return parts.join('\n\n');
}

function answerText(answer: NonNullable<TestRecord['answer']>): string {
  const { outcome, httpStatus, received, invalid, said, metaAudience } = answer;
  const { id, name, kept } = metaAudience;
  const counted =
    outcome === 'clean'
      ? `${rows(received ?? 0)} added, ${invalid ?? 0} of them unreadable`
      : `nothing was added for certain: ${said ?? 'it did not say why'}`;
  const left = kept
    ? `“${name}” (${id}) is left: look at it in Ads Manager under Audiences, the name, History; then delete it there.`
    : `“${name}” (${id}) was made for it, and is deleted again.`;
  return `Meta answered ${httpStatus ?? 'nothing'}: ${counted}.\n${left}`;
}

function cellText(cell: unknown): string {
  return cell === '' ? '(blank)' : typeof cell === 'string' ? cell : JSON.stringify(cell);
}
