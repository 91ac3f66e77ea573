import type { TokenView } from './token-view.js';

/** Warns that a token ends earlier than requested, with the token that minted it. */
export function expiryWarnings(
  { createdAt, expiresAt }: Pick<TokenView, 'createdAt' | 'expiresAt'>,
  expiresInSeconds: number,
): readonly string[] {
  const grantedSeconds = (Date.parse(expiresAt) - Date.parse(createdAt)) / 1_000;
  if (grantedSeconds >= expiresInSeconds) return [];
  return [
    `the token expires at ${expiresAt}, ${Math.floor(grantedSeconds)} seconds after its creation ` +
      `instead of ${expiresInSeconds}: it cannot outlive the token that minted it`,
  ];
}
