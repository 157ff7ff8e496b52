/** The sequences of profiles and match rows step by this: one call is good for that many ids. */
export const ID_BLOCK = 10_000;
