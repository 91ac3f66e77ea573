/** Reference to a version in a request: its number, or a name for it. */
export type VersionReference =
  | { readonly kind: 'number'; readonly version: number }
  | { readonly kind: 'alias'; readonly alias: string };

const NUMBER = /^[1-9]\d{0,8}$/;
const ALIAS = /^[a-z][a-z0-9-]{0,62}$/;
const builtIn: ReadonlySet<string> = new Set(['current', 'previous', 'pending']);

/** Parses a reference; undefined if it is invalid; see `versionReferenceReason`. */
export function parseVersionReference(text: string): VersionReference | undefined {
  if (NUMBER.test(text)) return { kind: 'number', version: Number(text) };
  return ALIAS.test(text) ? { kind: 'alias', alias: text } : undefined;
}

/** Returns why a text names no version; undefined if it does. */
export function versionReferenceReason(text: string): string | undefined {
  if (parseVersionReference(text) !== undefined) return undefined;
  return 'must be the number of a version or an alias ([a-z][a-z0-9-]{0,62})';
}

/** Returns why a text is no alias; undefined if it is valid. */
export function aliasReason(alias: string): string | undefined {
  return ALIAS.test(alias) ? undefined : 'must match [a-z][a-z0-9-]{0,62}';
}

/** Returns why callers cannot set or remove an alias; undefined if they can. */
export function ownAliasReason(alias: string): string | undefined {
  const kept = builtIn.has(alias) ? 'is kept by the gateway: choose another name' : undefined;
  return aliasReason(alias) ?? kept;
}
