import { AppShell, Burger, Container, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/auth.ts';
import { problemOf } from '../api/problem.ts';
import { NoAnswer } from './no-answer.tsx';
import { useLiveRefresh } from './live-refresh.ts';
import mark from './mark.svg';
import { PendingScreen } from './failed-screens.tsx';
import { withLateWords } from '../words/language.ts';
import { navigation } from './navigation.ts';

// What opens over the page comes after the first screen: half of it is code that finds a place on it.
const LooksMenu = lazy(async () => ({ default: (await import('./looks-menu.tsx')).LooksMenu }));
const AccountMenu = lazy(async () => ({
  default: (await import('./account-menu.tsx')).AccountMenu,
}));

const SecondFactorFirst = lazy(async () => ({
  default: (await withLateWords(import('../login/second-factor-first.tsx'))).SecondFactorFirst,
}));

const HEADER_PX = 56;
const NAVIGATION_PX = 216;

const NOBODY_SIGNED_IN = 401;

/** Lets whoever is signed in go on, and sends the others to sign in and back, or to their second factor. */
export function Shell() {
  const { data: me, error } = useQuery(meQuery);
  const router = useRouter();
  const isStranger = error !== null && problemOf(error).status === NOBODY_SIGNED_IN;
  // Once: while the other screen is on its way this one is still here, under the other's address.
  useEffect(() => {
    if (!isStranger) return;
    const { href } = router.state.location;
    void router.navigate({ to: '/sign-in', search: { to: href } as never, replace: true });
  }, [isStranger, router]);
  if (me?.secondFactorMissing === true) {
    return (
      <Suspense fallback={<PendingScreen />}>
        <SecondFactorFirst me={me} />
      </Suspense>
    );
  }
  return isStranger ? <PendingScreen /> : <Frame />;
}

/** What stands around every screen. */
function Frame() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  const { data: me } = useQuery(meQuery);
  useLiveRefresh();
  useEffect(close, [pathname, close]);
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <AppShell
        header={{ height: HEADER_PX }}
        navbar={{ width: NAVIGATION_PX, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={{ base: 'sm', sm: 'lg' }}
      >
        <AppShell.Header>
          <Group h="100%" px="md" gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('openNavigation')}
              aria-expanded={isOpen}
            />
            <img src={mark} width={28} height={28} alt="" />
            <Text fw={700} fz="lg" visibleFrom="xs" translate="no">
              {'Muster'}
            </Text>
            <Group gap="xs" ml="auto" wrap="nowrap">
              <Suspense>
                <LooksMenu />
                {me !== undefined && <AccountMenu me={me} />}
              </Suspense>
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={t('navigation')}>
          <Navigation pathname={pathname} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Container size="xl" px={0}>
            <NoAnswer />
            <Outlet />
          </Container>
        </AppShell.Main>
      </AppShell>
    </>
  );
}

function Navigation({ pathname }: { readonly pathname: string }) {
  const { t } = useTranslation();
  return navigation.map(({ to, word, Icon }) => {
    const isHere = to === '/' ? pathname === '/' : pathname.startsWith(to);
    return (
      <NavLink
        key={to}
        component={Link}
        to={to}
        label={t(word)}
        leftSection={<Icon size={20} stroke={1.6} aria-hidden />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        fw={isHere ? 600 : 400}
      />
    );
  });
}
