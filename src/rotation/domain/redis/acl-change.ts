/** Hashes are SHA-256 in hex, so that no monitor or log of the server sees a password. */
export interface HashChange {
  /** What is valid now. */
  readonly hashes: readonly string[];
  readonly next: string;
  /** What stays valid beside it; undefined: nothing. */
  readonly keep: string | undefined;
}

/**
 * Rules of one `ACL SETUSER`, which takes all of them or none: the next password beside the one to
 * keep, and no other: a run that died may have left one that nobody remembers. Where the one to
 * keep is not valid itself, the next one is only added: what else is valid may be what clients use.
 * https://redis.io/docs/latest/commands/acl-setuser/
 */
export function rulesToSet({ hashes, next, keep }: HashChange): readonly string[] {
  if (keep === undefined) return ['resetpass', `#${next}`];
  if (!hashes.includes(keep)) return [`#${next}`];
  const others = hashes.filter((hash) => hash !== keep && hash !== next);
  return [`#${next}`, ...others.map((hash) => `!${hash}`)];
}

/** Rules that end one password, or all; none where there is nothing to end. */
export function rulesToEnd(
  hashes: readonly string[],
  ended: string | undefined,
): readonly string[] {
  if (ended === undefined) return hashes.length === 0 ? [] : ['resetpass'];
  return hashes.includes(ended) ? [`!${ended}`] : [];
}

/** Rules after which exactly these are valid. */
export function rulesToRestore(hashes: readonly string[]): readonly string[] {
  return ['resetpass', ...hashes.map((hash) => `#${hash}`)];
}
