import { Alert, Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Approval, approvalQuery, approveRun, refuseRun } from '../api/approvals.ts';
import { meQuery } from '../api/auth.ts';
import { roles } from '../api/people.ts';
import { CodeError } from '../components/code-error.tsx';
import { Moment } from '../components/moment.tsx';

/** What a run asks a second person: who asked, what it would do, and the answer. */
export function SecondPerson({ runId }: { readonly runId: string }) {
  const { t } = useTranslation('runs');
  const { data, error, refetch } = useQuery(approvalQuery(runId));
  if (data === undefined) {
    return error === null ? (
      <Skeleton h={120} />
    ) : (
      <CodeError error={error} onRetry={() => void refetch()} />
    );
  }
  const { adds, removes, updates } = data;
  return (
    <Alert color="orange" title={t(data.state === 'open' ? 'secondTitle' : `second_${data.state}`)}>
      <Stack gap="sm">
        <Text size="sm">
          {t('secondAsked', { name: data.askedBy })} <Moment at={data.askedAt} />.{' '}
          {t('secondMeaning')}
        </Text>
        <Text size="sm" fw={600}>
          {t('secondCounts', { adds, removes, updates })}
        </Text>
        {data.guardReasons.map((reason) => (
          <Text key={reason} size="sm">
            {t('secondGuard', { reason })}
          </Text>
        ))}
        {data.decidedBy !== null && (
          <Text size="sm">
            {t('secondDecided', { name: data.decidedBy })} {data.note}
          </Text>
        )}
        {data.state === 'open' && <Answer question={data} />}
      </Stack>
    </Alert>
  );
}

function Answer({ question }: { readonly question: Approval }) {
  const { t } = useTranslation('runs');
  const { runId, mine, mayAnswer } = question;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: me } = useQuery(meQuery);
  const [text, setText] = useState('');
  const note = text.trim() === '' ? null : text.trim();
  const onSuccess = () => queries.invalidateQueries();
  const refused = useMutation({
    mutationFn: () => refuseRun(runId, note),
    meta: { isSaidInPlace: true },
    onSuccess,
  });
  const approved = useMutation({
    mutationFn: () => approveRun(runId, note),
    meta: { isSaidInPlace: true },
    onSuccess: async (begun) => {
      await onSuccess();
      await navigate({ to: `/runs/${begun.runId}` });
    },
  });
  if (me === undefined) return null;
  if (mine || roles.indexOf(me.role) < roles.indexOf('editor')) {
    const names = mayAnswer.join(', ');
    const others = names === '' ? t('secondNobody') : t('secondWho', { names });
    return <Text size="sm">{mine ? `${t('secondMine')} ${others}` : others}</Text>;
  }
  const error = approved.error ?? refused.error;
  return (
    <>
      <TextInput
        label={t('secondNote')}
        value={text}
        maxLength={1_000}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {error !== null && <CodeError error={error} />}
      <Group>
        <Button loading={approved.isPending} onClick={() => approved.mutate()}>
          {t('secondApprove')}
        </Button>
        <Button
          color="red.9"
          variant="outline"
          loading={refused.isPending}
          onClick={() => refused.mutate()}
        >
          {t('secondRefuse')}
        </Button>
      </Group>
    </>
  );
}
