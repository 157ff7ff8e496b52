import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import type { Audience } from '../api/audiences.ts';
import { Moment } from '../components/moment.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import type { Column } from '../components/table-column.ts';
import { AudienceState, stateWord } from './audience-state.tsx';
import { SizeAtMeta, StatusAtMeta } from './size-at-meta.tsx';

type Translate = TFunction<'audiences'>;

/** The columns of the list of audiences, those of Actito and SALESmanago under their own names. */
export function audienceColumns(t: Translate, language: string): Column<Audience>[] {
  const number = new Intl.NumberFormat(language);
  return [
    {
      id: 'name',
      label: t('name'),
      value: ({ name }) => name,
      cell: (audience) => (
        <Group gap={6}>
          <Anchor
            fz="sm"
            component={Link}
            to="/audiences/$audienceId"
            params={{ audienceId: audience.id } as never}
          >
            {audience.name}
          </Anchor>
          {audience.sandbox && <SandboxBadge />}
        </Group>
      ),
    },
    {
      id: 'state',
      label: t('stateColumn'),
      value: ({ state }) => t(stateWord(state)),
      cell: (audience) => <AudienceState audience={audience} />,
    },
    {
      id: 'members',
      label: t('members'),
      isNumber: true,
      value: ({ evaluated, members }) => (evaluated ? members : null),
      cell: ({ evaluated, members }) =>
        evaluated ? number.format(members) : <Dimmed text={t('notCounted')} />,
    },
    {
      id: 'size',
      label: t('size'),
      isNumber: true,
      value: ({ atMeta }) => atMeta?.sizeLowest ?? null,
      cell: (audience) => <SizeAtMeta audience={audience} />,
    },
    {
      id: 'status',
      label: t('status'),
      value: ({ atMeta }) => atMeta?.deliveryStatus?.code ?? null,
      cell: (audience) => <StatusAtMeta audience={audience} />,
    },
    ...momentColumns(t),
    ...placeColumns(t),
  ];
}

function momentColumns(t: Translate): Column<Audience>[] {
  const column = (
    id: string,
    label: string,
    at: (audience: Audience) => string | null,
    isHidden = false,
  ): Column<Audience> => ({
    ...{ id, label, value: at, isHidden },
    cell: (audience) => <Moment at={at(audience)} />,
  });
  return [
    column('synchronized', t('synchronizedOn'), ({ synchronizedAt }) => synchronizedAt),
    column('changed', t('membersChangedOn'), ({ membersChangedAt }) => membersChangedAt),
    column('activated', t('activatedOn'), ({ activatedAt }) => activatedAt),
    column('created', t('created'), ({ createdAt }) => createdAt),
    column('next', t('nextRun'), ({ nextRunAt }) => nextRunAt, true),
  ];
}

function placeColumns(t: Translate): Column<Audience>[] {
  const column = (
    id: string,
    label: string,
    text: (audience: Audience) => string | null,
    isHidden: boolean,
  ): Column<Audience> => ({
    ...{ id, label, value: text, isHidden },
    cell: (audience) => text(audience) ?? <Dimmed text="–" />,
  });
  return [
    column('database', t('database'), ({ database }) => database, false),
    column('entity', t('entity'), ({ entity }) => entity, false),
    column('account', t('adAccount'), ({ adAccount }) => adAccount, false),
    column('integration', t('integration'), ({ integration }) => integration, true),
    column('way', t('way'), ({ way }) => t(`way_${way}`), true),
    column('folder', t('folder'), ({ folder }) => folder, true),
    {
      ...{ id: 'labels', label: t('labels'), isHidden: true },
      value: ({ labels }) => labels.join(', '),
      cell: ({ labels }) => (
        <Group gap={4}>
          {labels.map((label) => (
            <Badge key={label} variant="default" tt="none">
              {label}
            </Badge>
          ))}
        </Group>
      ),
    },
    column('description', t('description'), ({ description }) => description, true),
  ];
}

function Dimmed({ text }: { readonly text: string }) {
  return (
    <Text span inherit c="dimmed">
      {text}
    </Text>
  );
}
