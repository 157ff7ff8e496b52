import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type AuditEntry,
  type AuditFilter,
  auditQuery,
  readWholeAudit,
  verifyAudit,
} from '../api/audit.ts';
import { saveFile } from '../components/csv.ts';
import { DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { Section } from '../components/section.tsx';
import type { Column } from '../components/table-column.ts';
import { usePages } from '../components/use-pages.ts';
import { useAddress } from '../shell/address.ts';
import { Allowed } from './allowed.tsx';
import { SettingsPage } from './settings-page.tsx';
import { Copied } from './shown-once.tsx';

type Words = ReturnType<typeof useTranslation<'settings'>>['t'];

/** Who changed what, who looked at personal data, who signed in. */
export function AuditScreen() {
  return (
    <SettingsPage section="audit">
      <Allowed role="admin">
        <Entries />
        <Verify />
      </Allowed>
    </SettingsPage>
  );
}

function Entries() {
  const { t } = useTranslation('settings');
  const [address, change] = useAddress();
  const { action = '', by = '' } = address;
  const filter: AuditFilter = {
    ...(action === '' ? {} : { action }),
    ...(by === '' ? {} : { by }),
  };
  const pages = usePages(useInfiniteQuery(auditQuery(filter)));
  const columns = useMemo(() => columnsOf(t), [t]);
  const save = useMutation({
    mutationFn: () => readWholeAudit(filter),
    onSuccess: (entries) => {
      const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      saveFile('audit.jsonl', lines, 'application/x-ndjson');
    },
  });
  return (
    <>
      <FilterForm key={`${action} ${by}`} filter={filter} onChange={change} />
      <DataTable
        label={t('audit.title')}
        columns={columns}
        {...pages}
        rowKey={({ id }) => id}
        isFiltered={action !== '' || by !== ''}
        onClearFilters={() => change({ action: '', by: '' })}
      />
      <Group>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
          {t('audit.saveAll')}
        </Button>
      </Group>
    </>
  );
}

interface FilterFormProps {
  readonly filter: AuditFilter;
  readonly onChange: (change: Record<string, string>) => void;
}

/** The API compares whole names, so it is asked once they are typed. */
function FilterForm({ filter, onChange }: FilterFormProps) {
  const { t } = useTranslation('settings');
  const [action, setAction] = useState(filter.action ?? '');
  const [by, setBy] = useState(filter.by ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ action: action.trim(), by: by.trim() });
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t('audit.action')}
          placeholder={t('audit.actionExample')}
          flex="1 1 10rem"
          maw={280}
          value={action}
          onChange={(event) => setAction(event.currentTarget.value)}
        />
        <TextInput
          label={t('audit.by')}
          flex="1 1 10rem"
          maw={280}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t('audit.filter')}
        </Button>
      </Group>
    </form>
  );
}

function columnsOf(t: Words): readonly Column<AuditEntry>[] {
  return [
    { id: 'at', label: t('audit.at'), value: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
    {
      id: 'by',
      label: t('audit.by'),
      value: ({ actor }) => actor.name,
      cell: ({ actor }) => (
        <>
          {actor.name}
          <Text size="xs">{t(`audit.kinds.${actor.kind}`)}</Text>
        </>
      ),
    },
    {
      id: 'action',
      label: t('audit.action'),
      value: ({ action }) => action,
      cell: ({ action }) => action,
    },
    {
      id: 'subject',
      label: t('audit.subject'),
      value: ({ subject }) => subject,
      cell: ({ subject }) => subject,
    },
    {
      id: 'detail',
      label: t('audit.detail'),
      value: ({ detail }) => (detail === null ? null : JSON.stringify(detail)),
      cell: ({ detail }) => detail !== null && <Text size="xs">{JSON.stringify(detail)}</Text>,
    },
    {
      id: 'hash',
      label: t('audit.hash'),
      isHidden: true,
      value: ({ hash }) => hash,
      cell: ({ hash }) => <Text size="xs">{hash}</Text>,
    },
  ];
}

/** Whether every entry is as it was written; with a head from elsewhere also whether the end is there. */
function Verify() {
  const { t } = useTranslation('settings');
  const [head, setHead] = useState('');
  const verify = useMutation({ mutationFn: () => verifyAudit(head.trim()) });
  const found = verify.data;
  const isWhole = found?.brokenAt === null && found.knownHead !== false;
  return (
    <Section title={t('audit.verify')} lead={t('audit.verifyLead')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          verify.mutate();
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('audit.head')}
            description={t('audit.headHelp')}
            pattern="\s*[0-9a-f]{64}\s*"
            title={t('audit.headForm')}
            flex="1 1 16rem"
            value={head}
            onChange={(event) => setHead(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={verify.isPending}>
            {t('audit.verifyNow')}
          </Button>
        </Group>
      </form>
      {found !== undefined && (
        <Alert
          color={isWhole ? 'pine' : 'red'}
          role="status"
          title={t(isWhole ? 'audit.whole' : 'audit.broken')}
        >
          <Text size="sm">{t('audit.entries', { count: found.entries })}</Text>
          {found.brokenAt !== null && (
            <Text size="sm">{t('audit.brokenAt', { id: found.brokenAt })}</Text>
          )}
          {found.knownHead === false && <Text size="sm">{t('audit.headUnknown')}</Text>}
          {found.head !== null && (
            <>
              <Text size="sm" mb="xs">
                {t('audit.keepHead')}
              </Text>
              <Copied text={found.head} />
            </>
          )}
        </Alert>
      )}
    </Section>
  );
}
