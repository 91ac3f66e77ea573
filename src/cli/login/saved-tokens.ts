import { z } from 'zod';

const savedTokensSchema = z.strictObject({
  /** Gateway that the login is for: the token is sent to it alone. */
  address: z.string(),
  /** Issuer and client: a refresh token is sent to them alone. Absent for an entered token. */
  issuer: z.string().optional(),
  clientId: z.string().optional(),
  /** Token for the gateway. */
  token: z.string(),
  /** End of the token, in seconds since 1970; undefined if the token does not say it. */
  expiresAtSeconds: z.number().optional(),
  refreshToken: z.string().optional(),
  /** Last renewal, in seconds since 1970; undefined if there was none. */
  renewedAtSeconds: z.number().optional(),
});

/** Tokens of a login as they are stored. */
export type SavedTokens = z.output<typeof savedTokensSchema>;

/** Tokens of a new login, which is stored with its gateway. */
export type NewTokens = Omit<SavedTokens, 'address'>;

/** A token is renewed if it ends within this time. */
export const RENEW_BEFORE_SECONDS = 30;

/** Within this time after a renewal, a refused token is not renewed: the refusal is the answer. */
const RENEW_AGAIN_AFTER_SECONDS = 30;

/** Reports whether a token was renewed so lately that a new one would be refused too. */
export function isJustRenewed(
  { renewedAtSeconds }: { readonly renewedAtSeconds?: number | undefined },
  nowMs: number,
): boolean {
  if (renewedAtSeconds === undefined) return false;
  const ageSeconds = nowMs / 1_000 - renewedAtSeconds;
  return ageSeconds >= 0 && ageSeconds < RENEW_AGAIN_AFTER_SECONDS;
}

/** Reads stored tokens; undefined if the text is something else. */
export function parseSavedTokens(text: string): SavedTokens | undefined {
  try {
    return savedTokensSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export type Validity = 'fresh' | 'ending' | 'expired';

/** Decides whether a token can be used, should be renewed, or must be. */
export function validityOf(
  { expiresAtSeconds }: { readonly expiresAtSeconds?: number | undefined },
  nowMs: number,
): Validity {
  if (expiresAtSeconds === undefined) return 'fresh';
  const remainingSeconds = expiresAtSeconds - nowMs / 1_000;
  if (remainingSeconds <= 0) return 'expired';
  return remainingSeconds <= RENEW_BEFORE_SECONDS ? 'ending' : 'fresh';
}

/** Claims that the program reads. The gateway checks them; the program plans by them. */
const plannedBy = z.object({ exp: z.number().optional(), sub: z.string().optional() });

/** Returns the claims of a JWT without a check of its signature; undefined if it is no JWT. */
export function claimsOf(token: string): z.output<typeof plannedBy> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const text = Buffer.from(parts[1] ?? '', 'base64url').toString('utf8');
    return plannedBy.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
