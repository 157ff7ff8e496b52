import {
  IconApi,
  IconBell,
  IconClipboardList,
  IconDatabaseCog,
  IconFlask,
  IconHourglass,
  IconKey,
  IconStethoscope,
  IconUserCircle,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';

/** What the settings consist of, in the order in which they stand there. */
export const sections = [
  { to: '/settings/account', word: 'account', Icon: IconUserCircle },
  { to: '/settings/people', word: 'people', Icon: IconUsers },
  { to: '/settings/keys', word: 'keys', Icon: IconKey },
  { to: '/settings/databases', word: 'perDatabase', Icon: IconDatabaseCog },
  { to: '/settings/alerts', word: 'alerts', Icon: IconBell },
  { to: '/settings/approval', word: 'approval', Icon: IconUsersGroup },
  { to: '/settings/retention', word: 'retention', Icon: IconHourglass },
  { to: '/settings/audit', word: 'audit', Icon: IconClipboardList },
  { to: '/settings/doctor', word: 'doctor', Icon: IconStethoscope },
  { to: '/settings/api', word: 'api', Icon: IconApi },
  { to: '/settings/sandbox', word: 'sandbox', Icon: IconFlask },
] as const;
