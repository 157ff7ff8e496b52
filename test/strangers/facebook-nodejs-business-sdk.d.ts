/** The part of Meta's SDK for Node.js that the tests call; it brings no types of its own. */
declare module 'facebook-nodejs-business-sdk' {
  interface Page<Item> extends Array<Item> {
    hasNext(): boolean;
    next(): Promise<Page<Item>>;
  }

  interface FacebookAdsApi {
    setShowHeader(isShown: boolean): FacebookAdsApi;
  }

  class AdObject {
    constructor(id: string, data?: object);
    readonly id: string;
    readonly _data: Record<string, unknown>;
    get(fields: string[], params?: object): Promise<AdObject>;
    update(fields: string[], params: object): Promise<AdObject>;
    delete(fields: string[], params?: object): Promise<unknown>;
  }

  class CustomAudience extends AdObject {
    createUser(fields: string[], params: object): Promise<CustomAudience>;
    createUsersReplace(fields: string[], params: object): Promise<CustomAudience>;
    deleteUsers(params: object): Promise<Record<string, unknown>>;
    getSessions(fields: string[], params?: object): Promise<Page<AdObject>>;
  }

  class AdAccount extends AdObject {
    createCustomAudience(fields: string[], params: object): Promise<CustomAudience>;
    getCustomAudiences(fields: string[], params?: object): Promise<Page<CustomAudience>>;
    deleteUsersOfAnyAudience(params: object): Promise<Record<string, unknown>>;
  }

  class User extends AdObject {
    getAdAccounts(fields: string[], params?: object): Promise<Page<AdAccount>>;
  }

  const sdk: {
    readonly FacebookAdsApi: {
      readonly GRAPH: string;
      readonly VERSION: string;
      init(token: string, locale: string, isReportingCrashes: boolean): FacebookAdsApi;
    };
    readonly AdAccount: typeof AdAccount;
    readonly CustomAudience: typeof CustomAudience;
    readonly User: typeof User;
  };
  export { sdk as default };
}
