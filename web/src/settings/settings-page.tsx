import { Anchor, Group } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../components/page.tsx';
import { sections } from './sections.ts';

interface SettingsPageProps {
  readonly section: (typeof sections)[number]['word'];
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One part of the settings, with the way to the others above it. */
export function SettingsPage({ section, actions, children }: SettingsPageProps) {
  const { t } = useTranslation('settings');
  const { pathname } = useLocation();
  return (
    <>
      <Group component="nav" gap="md" mb="lg" aria-label={t('title')}>
        {sections.map(({ to, word }) => (
          <Anchor
            key={to}
            component={Link}
            to={to}
            size="sm"
            underline={pathname === to ? 'never' : 'always'}
            fw={pathname === to ? 700 : 400}
            aria-current={pathname === to ? 'page' : undefined}
          >
            {t(`${word}.title`)}
          </Anchor>
        ))}
      </Group>
      <Page title={t(`${section}.title`)} lead={t(`${section}.lead`)} actions={actions}>
        {children}
      </Page>
    </>
  );
}
