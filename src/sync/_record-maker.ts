import { isPersonal } from '#identifiers/external-id.ts';
import { groupIdsIn, recordReader, refuseGroupId } from '#profiles/records.ts';
import { type FingerprintedRecord, fingerprintOf } from '#profiles/stage.ts';
import { keyOfField } from '#sources/aliases.ts';
import type { ColumnPlan } from '#sources/columns.ts';
import { columnDeriver } from '#sources/derived.ts';
import type { RecordBatch, RecordSource } from '#sources/record-source.ts';
import type { Database } from '#store/databases.ts';
import type { FileCounts } from './_file-counts.ts';

/** An external id is a key: it has to fit an index and a row of a request. */
const EXTERNAL_ID_BYTES_MAX = 1_000;

export interface Making {
  readonly source: Pick<RecordSource, 'header'>;
  readonly plan: ColumnPlan;
  readonly database: Pick<Database, 'rowVersion'>;
  readonly counts: FileCounts;
}

/** Makes records of batches; rows whose id cannot be used come back with their line. */
export function recordMaker({ source, plan, database, counts }: Making) {
  const read = recordReader(plan);
  const derive = columnDeriver(source.header, plan, (field, reason) =>
    counts.addUnusable(field === null ? 'trait' : keyOfField(field), reason),
  );
  // Whoever maps no groups has the fingerprints of before there were any.
  const { groups, ...others } = plan;
  const planText = JSON.stringify(groups.length === 0 ? others : plan);
  const rules = [source.header.join('\u001f'), planText, database.rowVersion].join('\u001e');
  const rulesPrint = fingerprintOf([rules]);
  let sequence = 0;
  return (batch: RecordBatch) => {
    const records: FingerprintedRecord[] = [];
    const withoutId: { line: number; reason: string }[] = [];
    for (const [i, row] of batch.rows.entries()) {
      const cells = derive(row);
      counts.addRow(cells);
      for (const groupId of groupIdsIn(plan, cells)) {
        const tooLong = refuseGroupId(groupId);
        if (tooLong !== null) counts.addUnusable('group', tooLong);
      }
      const externalId = cells[plan.idColumn] ?? '';
      const reason = refuseId(externalId);
      if (reason !== null) {
        withoutId.push({ line: batch.lines[i] ?? 0, reason });
        continue;
      }
      if (isPersonal(externalId)) counts.personalIds++;
      records.push({
        externalId,
        sequence: sequence++,
        fingerprint: fingerprintOf([rulesPrint, ...row]),
        read: () => read(cells),
      });
    }
    return { records, withoutId };
  };
}

/** Why this cannot name a person, or null. */
export function refuseId(externalId: string): string | null {
  if (externalId.trim() === '') return 'no id';
  if (externalId.length * 3 <= EXTERNAL_ID_BYTES_MAX) return null;
  const bytes = Buffer.byteLength(externalId);
  if (bytes <= EXTERNAL_ID_BYTES_MAX) return null;
  return `id of ${bytes} bytes, at most ${EXTERNAL_ID_BYTES_MAX} are taken`;
}
