import { Badge } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';

const Hint = lazy(async () => ({ default: (await import('./hint.tsx')).Hint }));

/** Stands wherever a figure comes from the sandbox. */
export function SandboxBadge() {
  const { t } = useTranslation();
  const badge = (
    <Badge
      variant="outline"
      className="sandbox-badge"
      size="sm"
      tt="none"
      leftSection={<IconFlask size={12} aria-hidden />}
      tabIndex={0}
      aria-label={`${t('sandbox')}: ${t('sandboxMeaning')}`}
      role="note"
    >
      {t('sandbox')}
    </Badge>
  );
  return (
    <Suspense fallback={badge}>
      <Hint label={t('sandboxMeaning')}>{badge}</Hint>
    </Suspense>
  );
}
