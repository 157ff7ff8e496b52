import { Alert, Anchor, Loader, Stack, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { rejectedFile, type UploadReport, uploadQuery } from '../api/uploads.ts';
import { CodeError } from '../components/code-error.tsx';
import { Section } from '../components/section.tsx';

interface UploadProgressProps {
  readonly uploadId: string;
  /** Nothing is changed by it. */
  readonly isLook: boolean;
  readonly onLooked: (report: UploadReport) => void;
}

/** How far a file is, and what came of it. */
export function UploadProgress({ uploadId, isLook, onLooked }: UploadProgressProps) {
  const { t } = useTranslation('upload');
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(uploadQuery(uploadId));
  const report = data?.report ?? null;
  useEffect(() => {
    if (report === null) return;
    if (isLook) onLooked(report);
    else void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'uploads' });
  }, [report, isLook, onLooked, queries]);
  if (data === undefined && error !== null) {
    return <CodeError error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined || data.finishedAt === null) {
    const progress = data?.progress ?? null;
    return (
      <Text role="status">
        <Loader size="xs" aria-hidden />{' '}
        {progress === null ? t('waits') : t('reads', { step: progress.step, done: progress.done })}
      </Text>
    );
  }
  if (data.error !== null) {
    return (
      <Alert color="red" role="alert" title={t('failed')}>
        <Text size="sm">{data.error.message}</Text>
        <Text size="sm">{data.error.next}</Text>
      </Alert>
    );
  }
  return report === null ? null : (
    <Section title={t(isLook ? 'found' : 'done')} lead={t(isLook ? 'foundLead' : 'doneLead')}>
      <Counts report={report} />
      {report.rejected > 0 && <Rejected report={report} uploadId={uploadId} />}
    </Section>
  );
}

function Counts({ report }: { readonly report: UploadReport }) {
  const { t } = useTranslation('upload');
  const counts = ['rows', 'created', 'updated', 'unchanged', 'deleted', 'rejected'] as const;
  return (
    <Table maw={420}>
      <Table.Tbody>
        {counts.map((id) => (
          <Table.Tr key={id}>
            <Table.Th scope="row">{t(`counts.${id}`)}</Table.Th>
            <Table.Td ta="right">{t('number', { count: report[id] })}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const SHOWN = 5;

function Rejected({
  report,
  uploadId,
}: {
  readonly report: UploadReport;
  readonly uploadId: string;
}) {
  const { t } = useTranslation('upload');
  return (
    <Stack gap={4}>
      {report.rejectedRows.slice(0, SHOWN).map(({ line, reason }) => (
        <Text key={line} size="sm">
          {t('line', { line, reason })}
        </Text>
      ))}
      <Anchor href={rejectedFile(uploadId)} download underline="always" size="sm">
        {t('allRejected')}
      </Anchor>
    </Stack>
  );
}
