import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EditError } from './edit-error.tsx';

interface FormModalProps {
  readonly title: string;
  /** On the button: what happens. */
  readonly action: string;
  readonly isOpen: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  /** Where somebody else may be faster: what begins the form anew. */
  readonly onLookAgain?: () => void;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form in a window of its own, which says what was refused in its place. */
export function FormModal(props: FormModalProps) {
  const { title, action, isOpen, isBusy, error, onSubmit, onClose, children } = props;
  const { onLookAgain = onClose } = props;
  const { t } = useTranslation();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack>
          {children}
          <EditError error={error} onLookAgain={onLookAgain} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={isBusy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
