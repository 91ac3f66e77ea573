import type { TokenSource } from '@sallyport/client';
import { isJustRenewed, validityOf } from './saved-tokens.js';

/** Token with its end, in seconds since 1970; undefined if the token does not say it. */
interface EndingToken {
  readonly token: string;
  readonly expiresAtSeconds?: number | undefined;
}

/**
 * Returns the source of a token that `read` gives: at once, and again when the token ends soon or
 * was refused. `read` gets the token that was refused. Concurrent callers share one call of it. A
 * token that was just renewed is not renewed because of a refusal.
 */
export async function renewedToken(
  read: (refused: string | undefined) => Promise<EndingToken>,
): Promise<TokenSource> {
  let known = await read(undefined);
  let renewedAtSeconds: number | undefined;
  let running: Promise<EndingToken> | undefined;
  const renewed = async (refused: string | undefined): Promise<EndingToken> => {
    try {
      known = await read(refused);
      renewedAtSeconds = Date.now() / 1_000;
      return known;
    } finally {
      running = undefined;
    }
  };
  return async ({ isRefused }) => {
    const isFresh = validityOf(known, Date.now()) === 'fresh';
    const isUsed = !isRefused || isJustRenewed({ renewedAtSeconds }, Date.now());
    if (running === undefined && isFresh && isUsed) return known.token;
    running ??= renewed(isRefused ? known.token : undefined);
    return (await running).token;
  };
}
