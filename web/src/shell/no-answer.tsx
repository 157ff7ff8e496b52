import { Alert, Button, Group, Text } from '@mantine/core';
import { IconPlugOff } from '@tabler/icons-react';
import { notifyManager, type Query, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isAnswering } from '../api/auth.ts';
import { isOffline } from '../api/problem.ts';

const ASK_AGAIN_MS = 3_000;

/** Says on every screen that Muster does not answer, and reads again what is missing once it does. */
export function NoAnswer() {
  const { t } = useTranslation();
  const { isSilent, readAgain } = useSilence();
  const [isTrying, setTrying] = useState(false);
  useEffect(() => {
    if (!isSilent) return;
    return whenAnswering(readAgain);
  }, [isSilent, readAgain]);
  if (!isSilent) return null;
  const tryNow = async () => {
    setTrying(true);
    await readAgain();
    setTrying(false);
  };
  return (
    <Alert
      color="orange"
      icon={<IconPlugOff aria-hidden />}
      title={t('offline')}
      role="alert"
      mb="md"
    >
      <Group gap="sm">
        <Text size="sm" flex="1 1 16rem">
          {t('offlineNext')}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          loading={isTrying}
          onClick={() => void tryNow()}
        >
          {t('retry')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Asks every few seconds, and calls back once when there is an answer. Gives what ends the asking. */
export function whenAnswering(then: () => unknown): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout>;
  const ask = async () => {
    const answers = await isAnswering();
    if (isOver) return;
    if (answers) await then();
    else timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
  };
  timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Whether something that is on the screen got no answer. */
function useSilence(): { readonly isSilent: boolean; readonly readAgain: () => Promise<void> } {
  const queries = useQueryClient();
  const [isSilent, setSilent] = useState(false);
  useEffect(() => {
    const look = () => {
      const active = queries.getQueryCache().findAll({ type: 'active' });
      // While it is tried again it is not over.
      setSilent((was) => active.some(isUnanswered) || (was && active.some(isOnItsWay)));
    };
    look();
    return queries.getQueryCache().subscribe(notifyManager.batchCalls(look));
  }, [queries]);
  const readAgain = useCallback(
    () => queries.refetchQueries({ type: 'active', predicate: isUnanswered }),
    [queries],
  );
  return { isSilent, readAgain };
}

const isUnanswered = ({ state }: Query) => state.error !== null && isOffline(state.error);
const isOnItsWay = ({ state }: Query) =>
  state.fetchStatus === 'fetching' && state.data === undefined;
