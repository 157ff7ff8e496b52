import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type AdFigures, adFiguresQuery } from '../api/ads.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';

/** Of every audience whose ads were ever read; nothing where there is none. */
export function AdFiguresSection({ days }: { readonly days: number }) {
  const { t } = useTranslation('delivery');
  const { data } = useQuery(adFiguresQuery('', days));
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title={t('ads')} lead={t('adsOver')}>
      <FiguresTable rows={data} />
    </Section>
  );
}

/** Impressions and cost, a row an audience. */
export function FiguresTable({ rows }: { readonly rows: readonly AdFigures[] | undefined }) {
  const { t, i18n } = useTranslation('delivery');
  const columns = useMemo((): Column<AdFigures>[] => {
    const number = new Intl.NumberFormat(i18n.language);
    const money = (value: number | null, currency: string | null) =>
      value === null
        ? '–'
        : currency === null
          ? number.format(value)
          : new Intl.NumberFormat(i18n.language, { style: 'currency', currency }).format(value);
    const each = ({ spend, purchases }: AdFigures) => (purchases === 0 ? null : spend / purchases);
    return [
      {
        ...{ id: 'audience', label: t('audience'), value: ({ audience }) => audience },
        cell: ({ audience, audienceId }) => (
          <Anchor component={Link} to={`/audiences/${audienceId}`} inherit underline="always">
            {audience}
          </Anchor>
        ),
      },
      {
        ...{ id: 'impressions', label: t('impressions'), isNumber: true },
        value: ({ impressions }) => impressions,
        cell: ({ impressions }) => number.format(impressions),
      },
      {
        ...{ id: 'spend', label: t('spend'), isNumber: true, value: ({ spend }) => spend },
        cell: ({ spend, currency }) => money(spend, currency),
      },
      {
        ...{ id: 'purchases', label: t('purchases'), isNumber: true },
        value: ({ purchases }) => purchases,
        cell: ({ purchases }) => number.format(purchases),
      },
      {
        ...{ id: 'each', label: t('costPerResult'), isNumber: true, value: each },
        cell: (one) => money(each(one), one.currency),
      },
      {
        ...{ id: 'read', label: t('adsRead'), value: ({ readAt }) => readAt },
        cell: ({ readAt }) => <Moment at={readAt} />,
      },
    ];
  }, [t, i18n.language]);
  return (
    <DataTable
      label={t('ads')}
      name="ads."
      columns={columns}
      rows={rows}
      rowKey={({ audienceId }) => audienceId}
    />
  );
}
