import { Skeleton, Switch, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDatabase } from '../api/databases.ts';
import { CodeError } from '../components/code-error.tsx';
import { DatabasePicker } from '../components/database-picker.tsx';
import { Page } from '../components/page.tsx';
import { useAddress } from '../shell/address.ts';
import { IncomingCalls } from './incoming-calls.tsx';
import { OutgoingRequests } from './outgoing-requests.tsx';

/** What goes out to Meta and what comes in, while it does; it can be held still to read it. */
export function LiveScreen() {
  const { t } = useTranslation('live');
  const [{ tab = 'out' }, change] = useAddress();
  const [isPaused, setPaused] = useState(false);
  return (
    <Page
      title={t('title')}
      lead={t('lead')}
      actions={
        <Switch
          label={t('pause')}
          checked={isPaused}
          onChange={(event) => setPaused(event.currentTarget.checked)}
        />
      }
    >
      <Text role="status" size="sm" c="dimmed">
        {t(isPaused ? 'isPaused' : 'isRunning')}
      </Text>
      <Tabs
        value={tab}
        onChange={(wanted) => change({ tab: wanted === 'out' ? '' : (wanted ?? '') })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="out">{t('out')}</Tabs.Tab>
          <Tabs.Tab value="in">{t('in')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="out">
          <OutgoingRequests isPaused={isPaused} />
        </Tabs.Panel>
        <Tabs.Panel value="in">
          <Incoming isPaused={isPaused} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Incoming({ isPaused }: { readonly isPaused: boolean }) {
  const { t } = useTranslation('live');
  const { databases, database, isRead, error, retry, choose } = useDatabase();
  if (!isRead && error !== null) return <CodeError error={error} onRetry={retry} />;
  if (!isRead) return <Skeleton h={200} />;
  if (database === null) return <Text>{t('noDatabase')}</Text>;
  return (
    <>
      <DatabasePicker databases={databases} value={database.id} onChange={choose} />
      <IncomingCalls key={database.id} databaseId={database.id} isPaused={isPaused} />
    </>
  );
}
