import type { Principal } from './principal.js';

type CountedPrincipal = Pick<Principal, 'username' | 'token'>;

/** Caller, as far as its limits are counted by owner. */
export interface OwnedCaller {
  readonly principal: CountedPrincipal;
  readonly impersonator?: CountedPrincipal;
}

/** Returns the owner of a credential: the creator of a token, even if the token impersonates. */
export function ownerOf({ principal, impersonator }: OwnedCaller): string {
  const { token, username } = impersonator ?? principal;
  return token?.owner ?? username;
}
