import { Alert, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, type Wanted } from '../api/may.ts';

/** What the API would refuse is not asked of it: here stands who may, and that it is not broken. */
export function Allowed({ children, ...wanted }: Wanted & { readonly children: ReactNode }) {
  const { t } = useTranslation('settings');
  const may = useMay(wanted);
  if (may === undefined) return null;
  if (may) return children;
  return (
    <Alert color="blue" icon={<IconLock aria-hidden />} title={t('notForYou')}>
      <Text size="sm">{t('needs', { role: t(`roles.${wanted.role}`) })}</Text>
      {wanted.credentials === true && <Text size="sm">{t('needsCredentials')}</Text>}
      <Text size="sm">{t('askThem')}</Text>
    </Alert>
  );
}

/** Beside what may be seen and not changed. */
export function ReadOnlyNote({ children, ...wanted }: Wanted & { readonly children: ReactNode }) {
  const may = useMay(wanted);
  return may === false ? (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  ) : null;
}
