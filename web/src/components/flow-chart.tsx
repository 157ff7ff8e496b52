import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { Flow } from '../api/overview.ts';
import './flow-chart.css';

/** Bars up for who was added, down for who was removed; and the same as a table. */
export function FlowChart({ flow, heightPx }: { readonly flow: Flow; readonly heightPx: number }) {
  const { t, i18n } = useTranslation('home');
  const number = new Intl.NumberFormat(i18n.language);
  const short = new Intl.NumberFormat(i18n.language, { notation: 'compact' });
  const date = new Intl.DateTimeFormat(i18n.language, {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  const dayWords = (day: string) => date.format(new Date(`${day}T00:00:00Z`));
  const bars = flow.days.map(({ day, added, removed }) => ({ day, added, removed: -removed }));
  const size = (value: unknown) => number.format(Math.abs(Number(value)));
  return (
    <>
      <div className="flow-chart" aria-hidden="true">
        <ResponsiveContainer width="100%" height={heightPx}>
          <BarChart data={bars} stackOffset="sign" accessibilityLayer={false}>
            <CartesianGrid vertical={false} className="flow-grid" />
            <XAxis dataKey="day" tickFormatter={dayWords} minTickGap={24} />
            <YAxis tickFormatter={(value) => short.format(Math.abs(Number(value)))} width={48} />
            <Tooltip
              formatter={(value) => size(value)}
              labelFormatter={(day) => (typeof day === 'string' ? dayWords(day) : '')}
              cursor={false}
            />
            <Legend />
            <Bar
              dataKey="added"
              name={t('flowAdded')}
              className="flow-added"
              fill="var(--flow-added)"
              stackId="a"
              isAnimationActive={false}
            />
            <Bar
              dataKey="removed"
              name={t('flowRemoved')}
              className="flow-removed"
              fill="var(--flow-removed)"
              stackId="a"
              isAnimationActive={false}
            />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <FlowTable flow={flow} dayWords={dayWords} />
    </>
  );
}

function FlowTable({
  flow,
  dayWords,
}: {
  readonly flow: Flow;
  readonly dayWords: (day: string) => string;
}) {
  const { t, i18n } = useTranslation('home');
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <details>
      <summary>{t('flowTable')}</summary>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('flowDay')}</Table.Th>
            <Table.Th ta="right">{t('flowAdded')}</Table.Th>
            <Table.Th ta="right">{t('flowRemoved')}</Table.Th>
            <Table.Th ta="right">{t('runs')}</Table.Th>
            <Table.Th ta="right">{t('runsFailed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {flow.days.toReversed().map(({ day, added, removed, runs, runsFailed }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row" fw={400}>
                {dayWords(day)}
              </Table.Th>
              {Object.entries({ added, removed, runs, runsFailed }).map(([id, value]) => (
                <Table.Td key={id} ta="right">
                  {number.format(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}
