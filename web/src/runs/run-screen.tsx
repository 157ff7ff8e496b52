import { Alert, Button, Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { audienceQuery } from '../api/audiences.ts';
import { cancelRun, releaseRun, type Run, runQuery } from '../api/runs.ts';
import { CodeError } from '../components/code-error.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { NumberWithMeaning } from '../components/number-with-meaning.tsx';
import { Page } from '../components/page.tsx';
import { Operations } from './operations.tsx';
import { RunState } from './run-state.tsx';
import { SecondPerson } from './second-person.tsx';
import type { Trigger } from './trigger.ts';

/** One run: what it sent and why not more; one at work is cancelled here, a held one let go. */
export function RunScreen() {
  const { t } = useTranslation('runs');
  const { runId = '' } = useParams({ strict: false }) as { runId?: string };
  const { data, error, refetch } = useQuery(runQuery(runId));
  if (data === undefined) {
    return (
      <Page title={t('run')}>
        {error === null ? (
          <Skeleton h={240} />
        ) : (
          <CodeError error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={t('runOf', { audience: data.audience })}
      badges={<RunState state={data.state} />}
      actions={<RunActions run={data} />}
    >
      <Text>
        {t('startedBy', { trigger: t(`triggers.${data.trigger as Trigger}`) })}{' '}
        <Moment at={data.startedAt} />
        {data.finishedAt !== null && (
          <>
            {' – '}
            <Moment at={data.finishedAt} />
          </>
        )}
      </Text>
      {data.state === 'held' && !asksSecond(data) && <Held run={data} />}
      {asksSecond(data) && <SecondPerson runId={data.id} />}
      {data.error !== null && !asksSecond(data) && (
        <Alert color="red" title={data.error.code}>
          <Text size="sm">{data.error.message}</Text>
          <Text size="sm">{data.error.next}</Text>
        </Alert>
      )}
      {data.progress !== null && <RunProgress progress={data.progress} />}
      <RunFigures run={data} />
      <Operations runId={data.id} />
    </Page>
  );
}

/** It stopped because it is more than one person alone may send. */
function asksSecond({ error }: Run): boolean {
  return error !== null && error.code.startsWith('APPROVAL_');
}

function RunActions({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id, null),
    onSuccess: () => queries.invalidateQueries(),
  });
  // A held one has ended but for what it holds, and the API has nothing of it to cancel.
  const isActive = ['queued', 'running', 'waiting'].includes(run.state);
  return (
    <>
      <Button component={Link} to={`/audiences/${run.audienceId}`} variant="default">
        {t('toAudience')}
      </Button>
      {isActive && (
        <ForRole role="editor">
          <Button
            color="red.9"
            variant="outline"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            {t('cancelRun')}
          </Button>
        </ForRole>
      )}
    </>
  );
}

/** The guard holds removals until a person says that they are meant. */
function Held({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const queries = useQueryClient();
  const { data: audience } = useQuery(audienceQuery(run.audienceId));
  const release = useMutation({
    mutationFn: () => releaseRun(run.id),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <Alert color="orange" title={t('heldTitle')}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('heldMeaning')}</Text>
        {audience?.heldBecause.map((reason) => (
          <Text key={reason} size="sm" fw={600}>
            {reason}
          </Text>
        ))}
        <ForRole role="editor">
          <Button color="orange.9" loading={release.isPending} onClick={() => release.mutate()}>
            {t('release')}
          </Button>
        </ForRole>
      </Stack>
    </Alert>
  );
}

function RunProgress({ progress }: { readonly progress: NonNullable<Run['progress']> }) {
  const { t } = useTranslation('runs');
  const { rowsDone, rowsTotal, expectedFinishAt } = progress;
  return (
    <Stack gap={4}>
      <Progress
        value={rowsTotal === 0 ? 100 : (100 * rowsDone) / rowsTotal}
        aria-label={t('progress')}
        animated
      />
      <Text size="sm" role="status">
        {t('progressWords', { done: rowsDone, total: rowsTotal })}{' '}
        {expectedFinishAt !== null && <Moment at={expectedFinishAt} />}
      </Text>
    </Stack>
  );
}

function RunFigures({ run }: { readonly run: Run }) {
  const { t } = useTranslation('runs');
  const figures = ['added', 'removed', 'accepted', 'rejected', 'unknown', 'requests'] as const;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
      {figures.map((id) => (
        <NumberWithMeaning
          key={id}
          label={t(`column_${id}`)}
          value={run[id]}
          meaning={t(`meaning_${id}`)}
        >
          {id === 'rejected' &&
            Object.entries(run.rejectedBy).map(([reason, rows]) => (
              <Text key={reason} size="xs">
                {rows}: {reason}
              </Text>
            ))}
        </NumberWithMeaning>
      ))}
    </SimpleGrid>
  );
}
