import { Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Audience } from '../api/audiences.ts';
import { StateBadge } from '../components/state-badge.tsx';

const TOO_SMALL_BELOW = 1_000;
/** What Meta gives in place of a bound that it does not tell. */
const NOT_TOLD = -1;
/** Meta's own: "smaller than it should be". */
const TOO_SMALL_STATUS = 300;

/** Meta's bounds as Meta gives them, with what they mean on hover and focus. */
export function SizeAtMeta({ audience: { atMeta } }: { readonly audience: Audience }) {
  const { t, i18n } = useTranslation('audiences');
  if (atMeta === null || atMeta.sizeLowest === null || atMeta.sizeHighest === null) {
    return (
      <Text span inherit c="dimmed">
        {t('sizeNotRead')}
      </Text>
    );
  }
  const { sizeLowest, sizeHighest, readAt } = atMeta;
  const isUnknown = sizeLowest === NOT_TOLD || sizeHighest === NOT_TOLD;
  const format = new Intl.NumberFormat(i18n.language);
  const moment = new Intl.DateTimeFormat(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const shown = isUnknown
    ? t('sizeUnknown')
    : `≈ ${format.format(sizeLowest)} – ${format.format(sizeHighest)}`;
  const meaning = isUnknown
    ? t('sizeUnknownMeaning')
    : t('sizeMeaning', { at: moment.format(new Date(readAt)) });
  return (
    <Tooltip label={meaning} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Text span inherit tabIndex={0} style={{ whiteSpace: 'nowrap' }}>
        {shown}
      </Text>
    </Tooltip>
  );
}

/** Few members here, or Meta says itself that it is too small; an estimate that is not told says nothing. */
export function isTooSmall({ evaluated, members, atMeta }: Audience): boolean {
  const isFew = evaluated && members < TOO_SMALL_BELOW;
  return isFew || atMeta?.deliveryStatus?.code === TOO_SMALL_STATUS;
}

/** Meta's own code and text, and a warning where it is small. */
export function StatusAtMeta({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audiences');
  const status = audience.atMeta?.deliveryStatus ?? null;
  return (
    <Group gap={6}>
      {status !== null && (
        <Text span inherit miw="11rem">
          {t('statusCode', { code: status.code, text: status.text })}
        </Text>
      )}
      {isTooSmall(audience) && (
        <Tooltip label={t('tooSmallMeaning')} multiline maw={300}>
          <span>
            <StateBadge tone="attention" label={t('tooSmall')} size="sm" />
          </span>
        </Tooltip>
      )}
    </Group>
  );
}
