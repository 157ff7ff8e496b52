import { Anchor, Button, Code, Container, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorQuery } from '../api/errors.ts';
import { problemOf } from '../api/problem.ts';
import { CodeError } from '../components/code-error.tsx';
import { Page } from '../components/page.tsx';
import { Section } from '../components/section.tsx';
import { NoAnswer } from '../shell/no-answer.tsx';
import { LooksMenu } from '../shell/looks-menu.tsx';

const NOT_THERE = 404;

/** What a code means and what helps; outside of the shell, since signing in fails with codes, too. */
export function ErrorScreen() {
  const { t } = useTranslation('settings');
  const { code = '' } = useParams({ strict: false }) as Readonly<Record<string, string>>;
  const { data, error, refetch } = useQuery(errorQuery(code));
  const isUnknown = error !== null && problemOf(error).status === NOT_THERE;
  return (
    <Container component="main" size="md" py="xl">
      <Page title={code} lead={t('help.lead')} actions={<LooksMenu />}>
        <NoAnswer />
        {data === undefined && error === null && <Skeleton h={160} />}
        {isUnknown && <Text>{t('help.unknown')}</Text>}
        {error !== null && !isUnknown && <CodeError error={error} onRetry={() => void refetch()} />}
        {data !== undefined && (
          <>
            <Section title={t('help.happened')}>
              <Text>{data.happened}.</Text>
            </Section>
            <Section title={t('help.next')}>
              <Text>{withCommands(data.next)}</Text>
            </Section>
            <Text size="sm">{t('help.exit', { code: data.exitCode })}</Text>
          </>
        )}
        <Group>
          <Button component={Link} to="/">
            {t('help.toHome')}
          </Button>
          <Anchor href="docs" underline="always" size="sm">
            {t('help.docs')}
          </Anchor>
        </Group>
      </Page>
    </Container>
  );
}

/** In the catalogue, commands and names stand between `. */
const withCommands = (text: string): ReactNode =>
  text.split('`').map((part, at) => (at % 2 === 1 ? <Code key={at}>{part}</Code> : part));
