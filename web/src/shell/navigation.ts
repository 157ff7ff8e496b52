import {
  IconActivity,
  IconAddressBook,
  IconBolt,
  IconDatabaseImport,
  IconHome,
  IconPlugConnected,
  IconSettings,
  IconUsersGroup,
} from '@tabler/icons-react';

/** What the navigation shows, from the top down. */
export const navigation = [
  { to: '/', word: 'home', Icon: IconHome },
  { to: '/audiences', word: 'audiences', Icon: IconUsersGroup },
  { to: '/profiles', word: 'profiles', Icon: IconAddressBook },
  { to: '/sources', word: 'sources', Icon: IconDatabaseImport },
  { to: '/automations', word: 'automations', Icon: IconBolt },
  { to: '/connect', word: 'connect', Icon: IconPlugConnected },
  { to: '/live', word: 'live', Icon: IconActivity },
  { to: '/settings', word: 'settings', Icon: IconSettings },
] as const;
