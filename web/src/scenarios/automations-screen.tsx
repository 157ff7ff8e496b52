import { Anchor, Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../api/client.ts';
import { useMay } from '../api/may.ts';
import { type Scenario, scenariosQuery } from '../api/scenarios.ts';
import { DataTable } from '../components/data-table.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Page } from '../components/page.tsx';
import type { Column } from '../components/table-column.ts';

/** Automations of audiences, and scenarios that fill several. */
export function AutomationsScreen() {
  const { t } = useTranslation('scenario');
  const scenarios = useQuery(scenariosQuery('scenario'));
  const automations = useQuery(scenariosQuery('automation'));
  const make = (
    <ForRole role="editor">
      <Button
        component={Link}
        to="/automations/new"
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        {t('newScenario')}
      </Button>
    </ForRole>
  );
  return (
    <Page title={t('automations')} lead={t('automationsLead')} actions={make}>
      <Stack component="section" aria-label={t('automationsOf')}>
        <Title order={2}>{t('automationsOf')}</Title>
        <Listed
          name="a"
          label={t('automationsOf')}
          rows={automations.data}
          error={automations.error}
          onRetry={() => void automations.refetch()}
          empty={
            <Stack align="center" gap="sm">
              <Text>{t('noAutomations')}</Text>
              <ForRole role="editor">
                <Button component={Link} to="/audiences/new" variant="default">
                  {t('newAudience')}
                </Button>
              </ForRole>
            </Stack>
          }
        />
      </Stack>
      <Stack component="section" aria-label={t('scenarios')}>
        <Title order={2}>{t('scenarios')}</Title>
        <Listed
          name="s"
          label={t('scenarios')}
          rows={scenarios.data}
          error={scenarios.error}
          onRetry={() => void scenarios.refetch()}
          empty={<Text>{t('noScenarios')}</Text>}
        />
      </Stack>
    </Page>
  );
}

interface ListedProps {
  readonly name: string;
  readonly label: string;
  readonly rows: readonly Scenario[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly empty: React.ReactNode;
}

function Listed({ name, label, rows, error, onRetry, empty }: ListedProps) {
  const { t } = useTranslation('scenario');
  const columns = useMemo(() => columnsOf(t), [t]);
  return (
    <DataTable
      name={name}
      label={label}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      error={error}
      onRetry={onRetry}
      empty={empty}
    />
  );
}

function columnsOf(
  t: ReturnType<typeof useTranslation<'scenario'>>['t'],
): readonly Column<Scenario>[] {
  const nameOf = ({ name, audience }: Scenario): string => name ?? audience ?? '';
  return [
    {
      id: 'name',
      label: t('name'),
      value: nameOf,
      cell: (one) => (
        <Anchor component={Link} to={`/automations/${one.id}`} underline="always" fw={600} inherit>
          {nameOf(one)}
        </Anchor>
      ),
    },
    {
      id: 'start',
      label: t('start.label'),
      value: ({ start }) => start,
      cell: ({ start }) => start,
    },
    {
      id: 'underWay',
      label: t('underWay'),
      isNumber: true,
      value: ({ people }) => people.underWay,
      cell: ({ people }) => people.underWay,
    },
    {
      id: 'ended',
      label: t('ended'),
      isNumber: true,
      value: ({ people }) => people.ended,
      cell: ({ people }) => people.ended,
    },
    {
      id: 'state',
      label: t('state'),
      value: ({ state }) => t(`states.${state}`),
      cell: (one) => <OnOff scenario={one} name={nameOf(one)} />,
    },
  ];
}

/** On: whoever it happens to starts. Off: nobody starts, and whoever is on the way waits. */
export function OnOff({ scenario, name }: { readonly scenario: Scenario; readonly name: string }) {
  const { t } = useTranslation('scenario');
  const queries = useQueryClient();
  const mayFlip = useMay({ role: 'editor' }) === true;
  const flip = useMutation({
    mutationFn: (state: 'active' | 'stopped') =>
      answered(
        api.POST('/scenarios/{scenarioId}/switch', {
          params: { path: { scenarioId: scenario.id } },
          body: { state },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['scenarios'] }),
  });
  return (
    <Group gap="xs" wrap="nowrap">
      <Switch
        aria-label={t('switchOf', { name })}
        checked={scenario.state === 'active'}
        disabled={flip.isPending || !mayFlip}
        onChange={(event) => flip.mutate(event.currentTarget.checked ? 'active' : 'stopped')}
      />
      <Text size="sm">{t(`states.${scenario.state}`)}</Text>
    </Group>
  );
}
