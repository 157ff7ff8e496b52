import audience from './de/audience.json';
import audiences from './de/audiences.json';
import editor from './de/editor.json';
import home from './de/home.json';
import live from './de/live.json';
import login from './de/login.json';
import plan from './de/plan.json';
import profiles from './de/profiles.json';
import rule from './de/rule.json';
import runs from './de/runs.json';
import shell from './de/shell.json';
import table from './de/table.json';

export const german = {
  audience,
  audiences,
  editor,
  home,
  live,
  login,
  plan,
  profiles,
  rule,
  runs,
  shell,
  table,
};
