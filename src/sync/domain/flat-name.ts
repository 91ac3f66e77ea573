/** Characters of names in a store that has no levels. */
export interface FlatNameRules {
  /** Characters of a segment, as a whole. */
  readonly segment: RegExp;
  /** Names them in a refusal. */
  readonly characters: string;
  readonly charactersMax: number;
}

/**
 * Names of secrets in Azure Key Vault. Case does not count there, so that capital letters would be
 * a second name of one secret.
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers
 */
export const azureNameRules: FlatNameRules = {
  segment: /^[a-z0-9-]+$/,
  characters: 'lower-case letters, digits and -',
  charactersMax: 127,
};

/**
 * Names of secrets in GCP Secret Manager, where case counts.
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create
 */
export const gcpNameRules: FlatNameRules = {
  segment: /^[A-Za-z0-9_-]+$/,
  characters: 'letters, digits, _ and -',
  charactersMax: 255,
};

/** Name in a store without levels, or why it has none. */
export type FlatName = { readonly name: string } | { readonly refused: string };

const SEPARATOR = '--';

/**
 * Returns the name in a store without levels: segments joined by `--`. Two names never get one: a
 * segment with `--`, or with `-` at an edge, is refused.
 */
export function flatName(name: string, rules: FlatNameRules): FlatName {
  const { segment, characters, charactersMax } = rules;
  const segments = name.split('/');
  if (!segments.every((one) => segment.test(one))) {
    return { refused: `the store takes names with ${characters} between single / only` };
  }
  if (segments.some(isAmbiguous)) {
    return { refused: 'a segment of a name in the store must have single - between others' };
  }
  const flat = segments.join(SEPARATOR);
  return flat.length > charactersMax
    ? { refused: `the store takes at most ${charactersMax} characters, and -- for each /` }
    : { name: flat };
}

function isAmbiguous(segment: string): boolean {
  return segment.includes(SEPARATOR) || segment.startsWith('-') || segment.endsWith('-');
}
