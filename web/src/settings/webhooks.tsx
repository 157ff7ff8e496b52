import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  removeWebhook,
  rotateWebhook,
  testWebhook,
  type Webhook,
  webhooksQuery,
} from '../api/alerts.ts';
import { useMay } from '../api/may.ts';
import { DataTable } from '../components/data-table.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { Allowed, ReadOnlyNote } from './allowed.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { CreateWebhook } from './create-webhook.tsx';
import { Copied, ShownOnce } from './shown-once.tsx';

const wanted = { role: 'admin', credentials: true } as const;

/** A secret that was given just now, and whose it is. */
interface Given {
  readonly name: string;
  readonly secret: string | null;
}

/** Who is told: by webhook, in Slack, by mail. */
export function Webhooks() {
  const { t } = useTranslation('settings');
  return (
    <Section title={t('alerts.ways')} lead={t('alerts.waysLead')}>
      <Allowed role="admin">
        <WebhookList />
      </Allowed>
      <Text size="sm">{t('alerts.mail')}</Text>
      <Copied text="muster alert to-mail ana@example.com" />
    </Section>
  );
}

function WebhookList() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(webhooksQuery);
  const [isMaking, setMaking] = useState(false);
  const [given, setGiven] = useState<Given | null>(null);
  const may = useMay(wanted) === true;
  const columns = useColumns(may, setGiven);
  return (
    <>
      <ReadOnlyNote {...wanted}>{t('alerts.waysReadOnly')}</ReadOnlyNote>
      {may && (
        <Group>
          <Button onClick={() => setMaking(true)}>{t('alerts.add')}</Button>
        </Group>
      )}
      {given !== null && given.secret !== null && (
        <ShownOnce title={t('alerts.secretOf', { name: given.name })} secret={given.secret}>
          {t('alerts.secretHelp')}
        </ShownOnce>
      )}
      <DataTable
        name="h"
        label={t('alerts.ways')}
        columns={columns}
        rows={data}
        rowKey={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        empty={<Text>{t('alerts.noWays')}</Text>}
      />
      {isMaking && <CreateWebhook onMade={setGiven} onClose={() => setMaking(false)} />}
    </>
  );
}

function useColumns(may: boolean, onGiven: (given: Given) => void): readonly Column<Webhook>[] {
  const { t } = useTranslation('settings');
  const kindOf = ({ kind }: Webhook) => t(`alerts.kinds.${kind}`);
  const stateOf = ({ endedAt, problem }: Webhook) =>
    endedAt === null ? (problem ?? t('alerts.fine')) : t('alerts.ended');
  return [
    { id: 'name', label: t('name'), value: ({ name }) => name, cell: ({ name }) => name },
    { id: 'kind', label: t('kind'), value: kindOf, cell: kindOf },
    { id: 'host', label: t('alerts.host'), value: ({ host }) => host, cell: ({ host }) => host },
    { id: 'state', label: t('state'), value: stateOf, cell: stateOf },
    {
      id: 'actions',
      label: t('actions'),
      cell: (webhook) => (
        <Group gap="xs" wrap="nowrap">
          <TestButton webhook={webhook} />
          {may && webhook.kind === 'webhook' && <Rotate webhook={webhook} onGiven={onGiven} />}
          {may && <Remove webhook={webhook} />}
        </Group>
      ),
    },
  ];
}

function TestButton({ webhook: { id, name } }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('settings');
  const test = useMutation({
    mutationFn: () => testWebhook(id),
    onSuccess: () => notifications.show({ message: t('alerts.tested', { name }) }),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={test.isPending}
      onClick={() => test.mutate()}
      aria-label={t('alerts.testOf', { name })}
    >
      {t('alerts.test')}
    </Button>
  );
}

interface RotateProps {
  readonly webhook: Webhook;
  readonly onGiven: (given: Given) => void;
}

function Rotate({ webhook: { id, name }, onGiven }: RotateProps) {
  const { t } = useTranslation('settings');
  const rotate = useMutation({
    mutationFn: () => rotateWebhook(id),
    onSuccess: ({ secret }) => onGiven({ name, secret }),
  });
  return (
    <ConfirmButton
      label={t('alerts.rotate')}
      title={t('alerts.rotateOf', { name })}
      question={t('alerts.rotateHelp')}
      isBusy={rotate.isPending}
      onConfirm={() => rotate.mutate()}
    />
  );
}

function Remove({ webhook: { id, name } }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('settings');
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeWebhook(id),
    onSuccess: () => queries.invalidateQueries(webhooksQuery),
  });
  return (
    <ConfirmButton
      label={t('alerts.remove')}
      title={t('alerts.removeOf', { name })}
      question={t('alerts.removeHelp')}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
    />
  );
}
