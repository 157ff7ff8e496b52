import audience from './en/audience.json';
import audiences from './en/audiences.json';
import editor from './en/editor.json';
import home from './en/home.json';
import live from './en/live.json';
import login from './en/login.json';
import plan from './en/plan.json';
import profiles from './en/profiles.json';
import rule from './en/rule.json';
import runs from './en/runs.json';
import shell from './en/shell.json';
import table from './en/table.json';

/** The words of the page in English, area by area. The other languages have the same keys. */
export const english = {
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
