/**
 * Restriction of a token (docs/tokens.md). An absent member restricts nothing, an empty list
 * allows nothing.
 */
export interface TokenScope {
  /** Names, or globs with `*`; likewise for Secrets. */
  readonly namespaces?: readonly string[] | undefined;
  readonly secrets?: readonly string[] | undefined;
  /** Bare key names: only these keys are allowed. */
  readonly keys?: readonly string[] | undefined;
  /** Audit actions, all actions of a kind (`secrets.*`), or the sets `read` and `write`. */
  readonly actions?: readonly string[] | undefined;
  /** Networks that requests may come from. */
  readonly cidrs?: readonly string[] | undefined;
}
