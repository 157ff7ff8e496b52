import { ActionIcon, Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { activate, duplicate, pause, replay, resume, syncNow } from '../api/audience-actions.ts';
import type { Audience } from '../api/audiences.ts';
import { useMay } from '../api/may.ts';
import { ForRole } from '../components/for-role.tsx';
import { AudienceDialog, type Dialog } from './audience-dialog.tsx';

/** What can be done with an audience: what most people want as a button, the rest in a menu. */
export function AudienceActions({ audience }: { readonly audience: Audience }) {
  const { t } = useTranslation('audience');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const act = useMutation({
    mutationFn: ({ does }: { does: () => Promise<unknown>; said: string }) => does(),
    onSuccess: async (_, { said }) => {
      notifications.show({ message: said, color: 'teal.9' });
      await queries.invalidateQueries();
    },
  });
  const copy = useMutation({
    mutationFn: () => duplicate(audience.id),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries();
      await navigate({ to: `/audiences/${id}` });
    },
  });
  const mayEdit = useMay({ role: 'editor' }) === true;
  const { id, state, activatedAt } = audience;
  const isActive = activatedAt !== null && state !== 'deactivated';
  const main = isActive
    ? { word: 'syncNow', does: () => syncNow(id), said: t('syncQueued') }
    : {
        word: state === 'deactivated' ? 'reactivate' : 'activate',
        does: () => activate(id),
        said: t('activated'),
      };
  if (!mayEdit) {
    return (
      <Button component={Link} to={`/audiences/${id}/plan`} variant="default">
        {t('plan')}
      </Button>
    );
  }
  return (
    <>
      <Button loading={act.isPending} onClick={() => act.mutate(main)}>
        {t(main.word as 'syncNow')}
      </Button>
      <Button component={Link} to={`/audiences/${id}/edit`} variant="default">
        {t('edit')}
      </Button>
      <MoreMenu
        audience={audience}
        isActive={isActive}
        onAct={(does, said) => act.mutate({ does, said })}
        onCopy={() => copy.mutate()}
        onDialog={setDialog}
      />
      {dialog !== null && (
        <AudienceDialog audience={audience} dialog={dialog} onClose={() => setDialog(null)} />
      )}
    </>
  );
}

function MoreMenu({
  audience: { id, paused, metaAudienceId },
  isActive,
  onAct,
  onCopy,
  onDialog,
}: {
  readonly audience: Audience;
  readonly isActive: boolean;
  readonly onAct: (does: () => Promise<unknown>, said: string) => void;
  readonly onCopy: () => void;
  readonly onDialog: (dialog: Dialog) => void;
}) {
  const { t } = useTranslation('audience');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('more')}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={`/audiences/${id}/plan`}>
          {t('plan')}
        </Menu.Item>
        {isActive && (
          <Menu.Item
            onClick={() =>
              paused ? onAct(() => resume(id), t('resumed')) : onAct(() => pause(id), t('paused'))
            }
          >
            {t(paused ? 'resume' : 'pause')}
          </Menu.Item>
        )}
        {isActive && (
          <Menu.Item onClick={() => onAct(() => replay(id), t('syncQueued'))}>
            {t('replay')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => onDialog('rename')}>{t('rename')}</Menu.Item>
        <Menu.Item onClick={() => onDialog('words')}>{t('editWords')}</Menu.Item>
        <Menu.Item onClick={onCopy}>{t('duplicate')}</Menu.Item>
        <Menu.Item onClick={() => onDialog('relink')}>{t('relink')}</Menu.Item>
        <Menu.Divider />
        {isActive && (
          <Menu.Item onClick={() => onDialog('deactivate')}>{t('deactivate')}</Menu.Item>
        )}
        {metaAudienceId !== null && (
          <ForRole role="admin">
            <Menu.Item onClick={() => onDialog('delete')}>{t('deleteAtMeta')}</Menu.Item>
          </ForRole>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
