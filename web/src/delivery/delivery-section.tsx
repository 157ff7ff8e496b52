import { Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../api/overview.ts';
import { CodeError } from '../components/code-error.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';

type Reason = Delivery['reasons'][number];

/** What became of all rows of a period, and why not more of them arrived. */
export function DeliverySection({
  query,
  actions,
}: {
  readonly query: UseQueryResult<Delivery>;
  readonly actions?: ReactNode;
}) {
  const { t } = useTranslation('delivery');
  const { data, error, refetch } = query;
  return (
    <Section title={t('title')} lead={t('meaning')} actions={actions}>
      {error !== null && <CodeError error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton h={160} />}
      {data?.runs === 0 && <Text>{t('empty')}</Text>}
      {data !== undefined && data.runs > 0 && <Stages delivery={data} />}
    </Section>
  );
}

function Stages({ delivery }: { readonly delivery: Delivery }) {
  const { t, i18n } = useTranslation('delivery');
  const { accepted, rejected, unknown, failed, requests, runs, reasons } = delivery;
  const number = new Intl.NumberFormat(i18n.language);
  const asked = accepted + rejected + unknown;
  const all = asked + failed;
  const stages = [
    ['stageRows', all],
    ['stageAsked', asked],
    ['stageAccepted', accepted],
  ] as const;
  return (
    <Stack>
      {stages.map(([word, rows]) => (
        <Stack key={word} gap={4}>
          <Group justify="space-between" gap="xs">
            <Text size="sm" fw={600}>
              {t(word)}
            </Text>
            <Text size="sm">{number.format(rows)}</Text>
          </Group>
          <Progress
            value={all === 0 ? 0 : (100 * rows) / all}
            color="pine.7"
            aria-label={t(word)}
          />
        </Stack>
      ))}
      <Text size="sm">{t('words', { requests, runs, accepted, rejected, unknown, failed })}</Text>
      <Title order={3} size="h4">
        {t('reasons')}
      </Title>
      <Reasons reasons={reasons} />
      <Text size="sm" c="dimmed" maw="80ch">
        {t('reasonsMeaning')}
      </Text>
    </Stack>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  const { t, i18n } = useTranslation('delivery');
  const columns = useMemo((): Column<Reason>[] => {
    const number = new Intl.NumberFormat(i18n.language);
    const named = (one: Reason) => {
      const field = fieldOf(one);
      return field === null ? null : t(`fields.${field}` as never, field);
    };
    const kindOf = ({ kind }: Reason) => t(`kind_${kind}`);
    return [
      { id: 'why', label: t('why'), value: whyOf, cell: whyOf },
      { id: 'field', label: t('field'), value: named, cell: (one) => named(one) ?? '–' },
      { id: 'kind', label: t('kind'), value: kindOf, cell: kindOf },
      {
        ...{ id: 'count', label: t('count'), isNumber: true, value: ({ count }) => count },
        cell: ({ count }) => number.format(count),
      },
    ];
  }, [t, i18n.language]);
  return (
    <DataTable
      label={t('reasons')}
      name="reasons."
      columns={columns}
      rows={reasons}
      rowKey={({ kind, reason }) => `${kind} ${reason}`}
      empty={<Text>{t('noReasons')}</Text>}
    />
  );
}

const between = ': ';

/** What is wrong with a value begins with the field that it is of. */
function fieldOf({ kind, reason }: Reason): string | null {
  const at = reason.indexOf(between);
  return kind === 'value' && at > 0 ? reason.slice(0, at) : null;
}

function whyOf(one: Reason): string {
  const field = fieldOf(one);
  return field === null ? one.reason : one.reason.slice(field.length + between.length);
}
