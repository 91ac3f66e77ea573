/** Hashes as SHA-256 in hex, so that no monitor or log of the server contains a password. */
export interface HashChange {
  /** Hashes that are valid now. */
  readonly hashes: readonly string[];
  readonly next: string;
  /** Hash that stays valid in addition to `next`; undefined: none. */
  readonly keep: string | undefined;
}

/**
 * Returns the rules of one `ACL SETUSER`, which applies all of them or none. Only `next` and `keep`
 * stay valid, because a run that died may have left a password that nobody remembers. If `keep` is
 * not valid itself, `next` is only added: clients may use the other valid passwords.
 * https://redis.io/docs/latest/commands/acl-setuser/
 */
export function rulesToSet({ hashes, next, keep }: HashChange): readonly string[] {
  if (keep === undefined) return ['resetpass', `#${next}`];
  if (!hashes.includes(keep)) return [`#${next}`];
  const others = hashes.filter((hash) => hash !== keep && hash !== next);
  return [`#${next}`, ...others.map((hash) => `!${hash}`)];
}

/** Returns rules that end one password, or all; none if no password exists. */
export function rulesToEnd(
  hashes: readonly string[],
  ended: string | undefined,
): readonly string[] {
  if (ended === undefined) return hashes.length === 0 ? [] : ['resetpass'];
  return hashes.includes(ended) ? [`!${ended}`] : [];
}

/** Returns rules after which exactly these hashes are valid. */
export function rulesToRestore(hashes: readonly string[]): readonly string[] {
  return ['resetpass', ...hashes.map((hash) => `#${hash}`)];
}
