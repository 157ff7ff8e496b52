import { Badge, Tooltip } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Stands wherever a figure comes from the sandbox. */
export function SandboxBadge() {
  const { t } = useTranslation();
  return (
    <Tooltip
      label={t('sandboxMeaning')}
      multiline
      maw={280}
      events={{ hover: true, focus: true, touch: true }}
    >
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
    </Tooltip>
  );
}
