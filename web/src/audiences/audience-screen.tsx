import { Badge, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type Audience, audienceQuery } from '../api/audiences.ts';
import { CodeError } from '../components/code-error.tsx';
import { Page } from '../components/page.tsx';
import { SandboxBadge } from '../components/sandbox-badge.tsx';
import { useAddress } from '../shell/address.ts';
import { AudienceActions } from './audience-actions.tsx';
import { AudienceState } from './audience-state.tsx';
import { OverviewTab } from './overview-tab.tsx';

const RunsTab = lazy(async () => ({ default: (await import('./runs-tab.tsx')).RunsTab }));
const MembersTab = lazy(async () => ({ default: (await import('./members-tab.tsx')).MembersTab }));
const DetailsTab = lazy(async () => ({ default: (await import('./details-tab.tsx')).DetailsTab }));
const LinkedTab = lazy(async () => ({ default: (await import('./linked-tab.tsx')).LinkedTab }));
const WhyTab = lazy(async () => ({ default: (await import('./why-tab.tsx')).WhyTab }));
const DefinitionTab = lazy(async () => ({
  default: (await import('./definition-tab.tsx')).DefinitionTab,
}));

const tabs = [
  { id: 'overview', word: 'tabOverview', Tab: OverviewTab },
  { id: 'definition', word: 'tabDefinition', Tab: DefinitionTab },
  { id: 'members', word: 'tabMembers', Tab: MembersTab },
  { id: 'runs', word: 'tabRuns', Tab: RunsTab },
  { id: 'details', word: 'tabDetails', Tab: DetailsTab },
  { id: 'linked', word: 'tabLinked', Tab: LinkedTab },
  { id: 'why', word: 'tabWhy', Tab: WhyTab },
] as const;

/** One audience: how it is, who belongs, what was sent, and what can be done with it. */
export function AudienceScreen() {
  const { t } = useTranslation('audience');
  const { audienceId = '' } = useParams({ strict: false }) as { audienceId?: string };
  const { data, error, refetch } = useQuery(audienceQuery(audienceId));
  if (data === undefined) {
    return (
      <Page title={t('loading')}>
        {error === null ? (
          <Skeleton h={240} role="status" aria-label={t('loading')} />
        ) : (
          <CodeError error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      lead={data.description === '' ? data.definition : data.description}
      badges={<Badges audience={data} />}
      actions={<AudienceActions audience={data} />}
    >
      <AudienceTabs audience={data} />
    </Page>
  );
}

function Badges({ audience }: { readonly audience: Audience }) {
  return (
    <>
      <AudienceState audience={audience} />
      {audience.sandbox && <SandboxBadge />}
      {audience.labels.map((label) => (
        <Badge key={label} variant="default" tt="none">
          {label}
        </Badge>
      ))}
    </>
  );
}

function AudienceTabs({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const [{ tab = 'overview' }, change] = useAddress();
  return (
    <Tabs
      value={tab}
      onChange={(wanted) => change({ tab: wanted === 'overview' ? '' : (wanted ?? '') })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        {tabs.map(({ id, word }) => (
          <Tabs.Tab key={id} value={id} px="xs">
            {t(word)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ id, Tab }) => (
        <Tabs.Panel key={id} value={id}>
          <Suspense fallback={<Skeleton h={240} />}>
            <Tab audience={audience} />
          </Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
