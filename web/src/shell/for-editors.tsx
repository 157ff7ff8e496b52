import { Button, Group, Text } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/may.ts';
import { Page } from '../components/page.tsx';

/** Around screens that are forms: whoever may not send them is told so, and sees no form. */
export function ForEditors() {
  const { t } = useTranslation();
  const may = useMay({ role: 'editor' });
  if (may === undefined) return null;
  if (may) return <Outlet />;
  return (
    <Page title={t('lookOnly')}>
      <Text maw="70ch">{t('lookOnlyWhat')}</Text>
      <Group>
        <Button component={Link} to="/">
          {t('toHome')}
        </Button>
      </Group>
    </Page>
  );
}
