import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Which columns a table shows; one at least. */
export function ColumnPicker({
  columns,
  shown,
  onChange,
}: {
  readonly columns: readonly { readonly id: string; readonly label: string }[];
  readonly shown: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation('table');
  const choose = (id: string, isShown: boolean) =>
    onChange(
      columns.map((one) => one.id).filter((one) => (one === id ? isShown : shown.includes(one))),
    );
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t('columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('columns')}>
        <Stack gap="xs">
          {columns.map(({ id, label }) => {
            const isShown = shown.includes(id);
            return (
              <Checkbox
                key={id}
                label={label}
                checked={isShown}
                disabled={isShown && shown.length === 1}
                onChange={(event) => choose(id, event.currentTarget.checked)}
              />
            );
          })}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
