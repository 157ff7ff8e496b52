import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { readAddress, writeAddress } from './shell/address.ts';
import { CrashedScreen, MissingScreen, PendingScreen } from './shell/failed-screens.tsx';
import { ForEditors } from './shell/for-editors.tsx';
import { lazyScreen } from './shell/lazy-screen.ts';
import { Shell } from './shell/shell.tsx';
import { withLateWords } from './words/language.ts';

const root = createRootRoute();

/** Screens that stand inside the shell; a file of them is loaded when one of its screens is opened. */
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

/** Those of them that are forms. */
const editing = createRoute({
  getParentRoute: () => shell,
  id: 'editing',
  component: ForEditors,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyScreen(() => import('./home/home-screen.tsx'), 'HomeScreen'),
});

const audiences = createRoute({
  getParentRoute: () => shell,
  path: '/audiences',
  component: lazyScreen(
    () => withLateWords(import('./audiences/audience-list-screen.tsx')),
    'AudienceListScreen',
  ),
});

const newAudience = createRoute({
  getParentRoute: () => editing,
  path: '/audiences/new',
  component: lazyScreen(
    () => withLateWords(import('./editor/new-audience-screen.tsx')),
    'NewAudienceScreen',
  ),
});
const editAudience = createRoute({
  getParentRoute: () => editing,
  path: '/audiences/$audienceId/edit',
  component: lazyScreen(
    () => withLateWords(import('./editor/edit-audience-screen.tsx')),
    'EditAudienceScreen',
  ),
});

const automations = createRoute({
  getParentRoute: () => shell,
  path: '/automations',
  component: lazyScreen(
    () => withLateWords(import('./scenarios/automations-screen.tsx')),
    'AutomationsScreen',
  ),
});
const newScenario = createRoute({
  getParentRoute: () => editing,
  path: '/automations/new',
  component: lazyScreen(
    () => withLateWords(import('./scenarios/new-scenario-screen.tsx')),
    'NewScenarioScreen',
  ),
});
const scenario = createRoute({
  getParentRoute: () => shell,
  path: '/automations/$scenarioId',
  component: lazyScreen(
    () => withLateWords(import('./scenarios/scenario-screen.tsx')),
    'ScenarioScreen',
  ),
});

const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  component: lazyScreen(
    () => withLateWords(import('./sources/sources-screen.tsx')),
    'SourcesScreen',
  ),
});
const upload = createRoute({
  getParentRoute: () => editing,
  path: '/sources/upload',
  component: lazyScreen(() => withLateWords(import('./sources/upload-screen.tsx')), 'UploadScreen'),
});
const newModel = createRoute({
  getParentRoute: () => editing,
  path: '/sources/models/new',
  component: lazyScreen(
    () => withLateWords(import('./sources/new-model-screen.tsx')),
    'NewModelScreen',
  ),
});
const model = createRoute({
  getParentRoute: () => shell,
  path: '/sources/models/$modelId',
  component: lazyScreen(() => withLateWords(import('./sources/model-screen.tsx')), 'ModelScreen'),
});

const profiles = createRoute({
  getParentRoute: () => shell,
  path: '/profiles',
  component: lazyScreen(
    () => import('./profiles/profile-search-screen.tsx'),
    'ProfileSearchScreen',
  ),
});
const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profiles/$databaseId/$profileId',
  component: lazyScreen(() => import('./profiles/profile-screen.tsx'), 'ProfileScreen'),
});

const audience = createRoute({
  getParentRoute: () => shell,
  path: '/audiences/$audienceId',
  component: lazyScreen(
    () => withLateWords(import('./audiences/audience-screen.tsx')),
    'AudienceScreen',
  ),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: '/runs/$runId',
  component: lazyScreen(() => import('./runs/run-screen.tsx'), 'RunScreen'),
});

const plan = createRoute({
  getParentRoute: () => shell,
  path: '/audiences/$audienceId/plan',
  component: lazyScreen(() => import('./plan/plan-screen.tsx'), 'PlanScreen'),
});

const live = createRoute({
  getParentRoute: () => shell,
  path: '/live',
  component: lazyScreen(() => import('./live/live-screen.tsx'), 'LiveScreen'),
});

const connect = createRoute({
  getParentRoute: () => shell,
  path: '/connect',
  component: lazyScreen(
    () => withLateWords(import('./connect/connect-screen.tsx')),
    'ConnectScreen',
  ),
});

const loginAnswer = createRoute({
  getParentRoute: () => shell,
  path: '/connect/login',
  component: lazyScreen(
    () => withLateWords(import('./connect/login-answer-screen.tsx')),
    'LoginAnswerScreen',
  ),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyScreen(
    () => withLateWords(import('./settings/settings-screen.tsx')),
    'SettingsScreen',
  ),
});
const accountSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  component: lazyScreen(
    () => withLateWords(import('./settings/account-screen.tsx')),
    'AccountScreen',
  ),
});
const peopleSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/people',
  component: lazyScreen(
    () => withLateWords(import('./settings/people-screen.tsx')),
    'PeopleScreen',
  ),
});
const keysSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/keys',
  component: lazyScreen(() => withLateWords(import('./settings/keys-screen.tsx')), 'KeysScreen'),
});
const databasesSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/databases',
  component: lazyScreen(
    () => withLateWords(import('./settings/databases-screen.tsx')),
    'DatabasesScreen',
  ),
});
const alertsSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/alerts',
  component: lazyScreen(
    () => withLateWords(import('./settings/alerts-screen.tsx')),
    'AlertsScreen',
  ),
});
const approvalSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/approval',
  component: lazyScreen(
    () => withLateWords(import('./settings/approval-screen.tsx')),
    'ApprovalScreen',
  ),
});
const retentionSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/retention',
  component: lazyScreen(
    () => withLateWords(import('./settings/retention-screen.tsx')),
    'RetentionScreen',
  ),
});
const doctorSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/doctor',
  component: lazyScreen(
    () => withLateWords(import('./settings/doctor-screen.tsx')),
    'DoctorScreen',
  ),
});
const auditSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/audit',
  component: lazyScreen(() => withLateWords(import('./settings/audit-screen.tsx')), 'AuditScreen'),
});
const apiSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/api',
  component: lazyScreen(() => withLateWords(import('./settings/api-screen.tsx')), 'ApiScreen'),
});
const sandboxSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/sandbox',
  component: lazyScreen(
    () => withLateWords(import('./settings/sandbox-screen.tsx')),
    'SandboxScreen',
  ),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyScreen(() => import('./login/sign-in-screen.tsx'), 'SignInScreen'),
});
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyScreen(() => import('./login/welcome-screen.tsx'), 'WelcomeScreen'),
});

const errorHelp = createRoute({
  getParentRoute: () => root,
  path: '/help/errors/$code',
  component: lazyScreen(() => withLateWords(import('./help/error-screen.tsx')), 'ErrorScreen'),
});

const screens = [
  editing.addChildren([newAudience, editAudience, newScenario, newModel, upload]),
  ...[home, audiences, audience, plan, run],
  ...[profiles, profile, automations, scenario, live, connect, loginAnswer],
  ...[sources, model],
  ...[settings, accountSettings, peopleSettings, keysSettings, databasesSettings],
  ...[alertsSettings, approvalSettings, retentionSettings],
  ...[doctorSettings, auditSettings, apiSettings, sandboxSettings],
];
const routeTree = root.addChildren([signIn, welcome, errorHelp, shell.addChildren(screens)]);

export const router = createRouter({
  routeTree,
  basepath: new URL(document.baseURI).pathname,
  parseSearch: readAddress,
  stringifySearch: writeAddress,
  defaultErrorComponent: CrashedScreen,
  defaultNotFoundComponent: MissingScreen,
  defaultPendingComponent: PendingScreen,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
