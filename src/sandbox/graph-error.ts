import type { WireError } from '#meta/wire.ts';

/**
 * What the Graph API says when it says no, in its own words where a recording or a page has them.
 * Nearly all of it comes as HTTP 400, throttles and permissions included: clients must read the body.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: number;
  readonly subcode: number | null;
  readonly status: number;
  readonly isTransient: boolean;
  readonly type: string;
  readonly userTitle: string | null;
  readonly userMessage: string | null;
  /** Which fields are to blame, where Meta says so. */
  readonly errorData: BlamedFields | null;

  constructor(code: number, message: string, more: GraphErrorMore = {}) {
    super(message);
    this.code = code;
    this.subcode = more.subcode ?? null;
    this.status = more.status ?? 400;
    this.isTransient = more.isTransient ?? false;
    this.type = more.type ?? 'OAuthException';
    this.userTitle = more.userTitle ?? null;
    this.userMessage = more.userMessage ?? null;
    this.errorData = more.errorData ?? null;
  }
}

interface BlamedFields {
  blame_field_specs: string[][];
}

interface GraphErrorMore {
  subcode?: number;
  status?: number;
  isTransient?: boolean;
  type?: string;
  userTitle?: string;
  userMessage?: string;
  errorData?: BlamedFields;
}

/** The body of an error; `fbtraceId` is what Meta's support asks for. */
export function errorBody(error: GraphError, fbtraceId: string): WireError {
  return {
    error: {
      message: error.message,
      type: error.type,
      code: error.code,
      ...(error.subcode === null ? {} : { error_subcode: error.subcode }),
      is_transient: error.isTransient,
      ...(error.userTitle === null ? {} : { error_user_title: error.userTitle }),
      ...(error.userMessage === null ? {} : { error_user_msg: error.userMessage }),
      ...(error.errorData === null ? {} : { error_data: error.errorData }),
      fbtrace_id: fbtraceId,
    },
  };
}

export const graphErrors = {
  unknown: () => new GraphError(1, 'An unknown error occurred', { status: 500, isTransient: true }),
  unavailable: () =>
    new GraphError(2, 'Service temporarily unavailable', { status: 503, isTransient: true }),
  missingParameter: (names: string) => new GraphError(100, `(#100) Missing parameter(s): ${names}`),
  badParameter: (message: string) => new GraphError(100, `(#100) ${message}`),
  dataMismatch: () => new GraphError(100, '(#100) Data is missing or does not match schema'),
  noSuchField: (field: string, node: string) =>
    new GraphError(
      100,
      `(#100) Tried accessing nonexisting field (${field}) on node type (${node})`,
    ),
  noSuchObject: (id: string, verb: string) =>
    new GraphError(
      100,
      `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
        'missing permissions, or does not support this operation. Please read the Graph API ' +
        'documentation at https://developers.facebook.com/docs/graph-api',
      { subcode: 33, type: 'GraphMethodException' },
    ),
  badProof: () =>
    new GraphError(100, 'Invalid appsecret_proof provided in the API argument', {
      type: 'GraphMethodException',
    }),
  noToken: () => new GraphError(104, 'An access token is required to request this resource.'),
  noTokenForMe: () =>
    new GraphError(
      2500,
      'An active access token must be used to query information about the current user.',
    ),
  badToken: () => new GraphError(190, 'Invalid OAuth access token - Cannot parse access token'),
  deadToken: (subcode: number) =>
    new GraphError(
      190,
      `Error validating access token: ${deathWords[subcode] ?? deathWords[467]}`,
      {
        subcode,
      },
    ),
  unknownApp: () =>
    new GraphError(
      101,
      'Error validating application. Cannot get application info due to a system error.',
    ),
  wrongSecret: () => new GraphError(1, 'Error validating client secret.'),
  spentCode: (subcode: number, message: string) => new GraphError(100, message, { subcode }),
  noPermission: () =>
    new GraphError(
      200,
      '(#200) Ad account owner has NOT grant ads_management or ads_read permission',
    ),
  noBusinessPermission: () =>
    new GraphError(200, '(#200) Requires business_management permission to manage the object.'),
  noRole: () =>
    new GraphError(200, '(#200) The user of this token may look at the ad account, not change it'),
  notWritable: () =>
    new GraphError(2654, '(#2654) Failed to create custom audience', {
      subcode: 1_713_092,
      userTitle: 'No write permission for this ad account',
      userMessage: 'You do not have permission to create audiences in this ad account.',
    }),
  noBusiness: () =>
    new GraphError(200, 'Permissions error', {
      subcode: 1_870_050,
      userTitle: 'Ad account without a business',
      userMessage: 'Check that this ad account is linked to a business.',
    }),
  accessTooLow: () =>
    new GraphError(
      270,
      '(#270) This Ads API request is not allowed for apps with development access level',
    ),
  termsNotAccepted: () =>
    new GraphError(200, 'Permissions error', {
      subcode: 1_870_090,
      userTitle: 'Custom Audience Terms Not Accepted',
      userMessage:
        'You cannot create or edit a Custom Audience before the Custom Audience terms of service ' +
        'are accepted.',
    }),
  audienceTooSmall: () =>
    new GraphError(200, 'Permissions error', {
      subcode: 1_870_047,
      userTitle: 'Audience Size too Low',
      userMessage:
        'You cannot remove users from this audience because it will result in a low audience size.',
    }),
  unknownAlias: (name: string) =>
    new GraphError(803, `(#803) Some of the aliases you requested do not exist: ${name}`),
  unknownPath: (path: string) => new GraphError(2500, `Unknown path components: ${path}`),
  retiredVersion: (latest: string) =>
    new GraphError(
      2635,
      '(#2635) You are calling a deprecated version of the Ads API. Please update to the latest ' +
        `version: ${latest}.`,
    ),
  /** `subcode` 0 leaves out the one that the code usually has. */
  throttled: (code: number, subcode: number | null = null) =>
    new GraphError(
      code,
      `(#${code}) There have been too many calls to this ad-account. Wait a bit and try again.`,
      subcodeOf(subcode ?? throttleSubcodes[code] ?? 0),
    ),
  permissionMissing: (code: number) =>
    new GraphError(code, permissionWords[code] ?? `(#${code}) Permissions error`),
  /** Whatever is asked for, in no particular words. */
  any: (code: number, subcode: number | null) =>
    new GraphError(code, `(#${code}) The sandbox was told to say so`, subcodeOf(subcode ?? 0)),
} as const;

/**
 * Why a token is dead, by subcode
 * (https://developers.facebook.com/docs/graph-api/guides/error-handling, read 2026-09-12).
 */
const deathWords: Readonly<Record<number, string>> = {
  458: 'The user has not authorized the application.',
  459: 'You cannot access the app till you log in to www.facebook.com and follow the instructions given.',
  460:
    'The session has been invalidated because the user changed their password or Facebook has ' +
    'changed the session for security reasons.',
  463: 'Session has expired.',
  464: 'Sessions for the user are not allowed because the user is not a confirmed user.',
  467: 'The session is invalid because the user logged out.',
  492: 'The user no longer has a role that this needs.',
  493: 'The user has not used the app for 90 days.',
};

function subcodeOf(subcode: number): { subcode?: number } {
  return subcode === 0 ? {} : { subcode };
}

const permissionWords: Readonly<Record<number, string>> = {
  3: '(#3) Application does not have the capability to make this API call.',
  10: '(#10) Application does not have permission for this action',
  200: '(#200) Ad account owner has NOT grant ads_management or ads_read permission',
  270: '(#270) This Ads API request is not allowed for apps with development access level',
  278: '(#278) Reading advertisements requires an access token with the extended permission ads_read',
  294:
    '(#294) Managing advertisements requires an access token with the extended permission ' +
    'ads_management',
};

/** Codes 4, 32 and 341 come without a subcode. */
const throttleSubcodes: Readonly<Record<number, number>> = {
  17: 2_446_079,
  80004: 2_446_079,
  613: 1_487_742,
  80003: 2_446_079,
};
