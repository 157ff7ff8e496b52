import {
  Alert,
  Anchor,
  Badge,
  Group,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Timeline,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Profile, profileQuery } from '../api/profiles.ts';
import { CodeError } from '../components/code-error.tsx';
import { ForRole } from '../components/for-role.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { PendingScreen } from '../shell/failed-screens.tsx';
import { ProfileActions } from './profile-actions.tsx';
import { consentWord, shownValue } from './shown-value.ts';

/** One person: what is known of them, what they did, where they belong, and what they said to. */
export function ProfileScreen() {
  const { t } = useTranslation('profiles');
  const { databaseId = '', profileId = '' } = useParams({ strict: false }) as Readonly<
    Record<string, string>
  >;
  const { data, error, refetch } = useQuery(profileQuery(databaseId, profileId));
  if (data === undefined && error !== null) {
    return (
      <Page title={t('person')}>
        <CodeError error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (data === undefined) return <PendingScreen />;
  return (
    <Page
      title={data.externalId}
      lead={t('personLead', { database: data.database })}
      actions={
        <ForRole role="editor">
          <ProfileActions profile={data} />
        </ForRole>
      }
    >
      {data.masked && <Alert color="blue">{t('masked')}</Alert>}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Section title={t('identifiers')}>
          <Facts facts={data.identifiers} empty={t('noIdentifiers')} />
          {data.unusable.map(({ key, reason }) => (
            <Text key={key} size="sm">
              {t('unusable', { key, reason })}
            </Text>
          ))}
        </Section>
        <Section title={t('traits')}>
          <Facts facts={data.traits} empty={t('noTraits')} />
        </Section>
        <Section title={t('consent')}>
          <Consent profile={data} />
        </Section>
        {data.groups.length > 0 && (
          <Section title={t('groups')}>
            <Facts facts={groupFacts(data)} empty="" />
          </Section>
        )}
        <Section title={t('audiences')}>
          <Audiences profile={data} />
        </Section>
      </SimpleGrid>
      <Section title={t('interactions')}>
        <Interactions profile={data} />
      </Section>
      <Section title={t('timeline')}>
        <TimelineOf profile={data} />
      </Section>
    </Page>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack component="section" gap="xs" aria-label={title}>
      <Title order={2}>{title}</Title>
      {children}
    </Stack>
  );
}

interface FactsProps {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly empty: string;
}

function Facts({ facts, empty }: FactsProps) {
  const rows = Object.entries(facts);
  if (rows.length === 0) return <Text>{empty}</Text>;
  return (
    <Table>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td className="anywhere">{shownValue(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** A line for each group: its traits by name. */
function groupFacts({ groups }: Profile): Record<string, string> {
  const said = (traits: object): string =>
    Object.entries(traits)
      .map(([name, value]) => `${name}: ${shownValue(value)}`)
      .join(', ');
  return Object.fromEntries(groups.map(({ groupId, traits }) => [groupId, said(traits)]));
}

function Consent({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profiles');
  const categories = Object.entries(profile.consents);
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text>{t('marketing')}</Text>
        <Badge variant="default" tt="none">
          {t(`consents.${consentWord(profile.consent)}`)}
        </Badge>
      </Group>
      {profile.optedOut && <Text size="sm">{t('optedOut')}</Text>}
      {categories.map(([name, { given, at, source }]) => (
        <Text key={name} size="sm">
          {t('category', {
            name,
            answer: t(`consents.${consentWord(given ?? null)}`),
            at: at ?? '',
            source: source ?? '',
          })}
        </Text>
      ))}
    </Stack>
  );
}

function Audiences({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profiles');
  if (profile.audiences.length === 0) return <Text>{t('noAudiences')}</Text>;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('audience')}</Table.Th>
          <Table.Th>{t('since')}</Table.Th>
          <Table.Th>{t('synchronizedAt')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {profile.audiences.map(({ id, name, since, synchronizedAt }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} to={`/audiences/${id}`} underline="always">
                {name}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <Moment at={since} />
            </Table.Td>
            <Table.Td>
              <Moment at={synchronizedAt} empty={t('notYet')} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Interactions({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profiles');
  if (profile.interactions.length === 0) return <Text>{t('noInteractions')}</Text>;
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('what')}</Table.Th>
            <Table.Th>{t('audience')}</Table.Th>
            <Table.Th>{t('way')}</Table.Th>
            <Table.Th>{t('since')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {profile.interactions.map(({ audience, way, reason, since }) => (
            <Table.Tr key={`${audience} ${since}`}>
              <Table.Td>{t('negativeConsent', { reason })}</Table.Td>
              <Table.Td>{audience}</Table.Td>
              <Table.Td>{way}</Table.Td>
              <Table.Td>
                <Moment at={since} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function TimelineOf({ profile }: { readonly profile: Profile }) {
  const { t } = useTranslation('profiles');
  if (profile.timeline.length === 0) return <Text>{t('noTimeline')}</Text>;
  return (
    <Timeline bulletSize={12} lineWidth={2}>
      {profile.timeline.map(({ at, kind, title, detail }, i) => (
        // Two things may happen in one moment; their place is what tells them apart.
        <Timeline.Item key={i} title={t('happened', { kind: t(`happenings.${kind}`), title })}>
          <Text size="xs" c="dimmed">
            <Moment at={at} />
          </Text>
          {detail !== null && (
            <Text size="sm" className="anywhere">
              {shownValue(detail)}
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
