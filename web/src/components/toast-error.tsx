import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { CodeError } from './code-error.tsx';

const SHOWN_MS = 15_000;

/** Says in a corner of the page what did not work, and what helps. */
export function toastError(error: unknown): void {
  notifications.show({
    color: 'red',
    title: i18next.t('failed'),
    message: <CodeError error={error} isPlain />,
    autoClose: SHOWN_MS,
    closeButtonProps: { 'aria-label': i18next.t('dismiss') },
  });
}
