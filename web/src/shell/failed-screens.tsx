import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { isOffline } from '../api/problem.ts';
import { CodeError } from '../components/code-error.tsx';
import { Page } from '../components/page.tsx';
import { whenAnswering } from './no-answer.tsx';

/** In place of a screen that broke. */
export function CrashedScreen({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  if (isOffline(error)) return <NotLoadedScreen />;
  return (
    <Page title={t('crashed')}>
      <Text>{t('crashedWhat')}</Text>
      <CodeError error={error} />
      <Group>
        <Button onClick={() => location.reload()}>{t('reload')}</Button>
      </Group>
    </Page>
  );
}

/** In place of a screen of which a part did not come: it is loaded again once Muster answers. */
function NotLoadedScreen() {
  const { t } = useTranslation();
  useEffect(() => whenAnswering(() => location.reload()), []);
  return (
    <Page title={t('offline')}>
      <Text>{t('offlineNext')}</Text>
      <Group>
        <Button onClick={() => location.reload()}>{t('retry')}</Button>
      </Group>
    </Page>
  );
}

/** In place of a screen that is not there. */
export function MissingScreen() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound')}>
      <Text>{t('notFoundWhat')}</Text>
      <Group>
        <Button component={Link} to="/">
          {t('toHome')}
        </Button>
      </Group>
    </Page>
  );
}

/** While a screen is on its way. */
export function PendingScreen() {
  const { t } = useTranslation();
  return (
    <Stack align="center" py="xl">
      <Loader aria-label={t('loading')} role="status" />
    </Stack>
  );
}
