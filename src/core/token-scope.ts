/**
 * What a token is narrowed to; API.md section 10. An absent member restricts nothing, an empty list
 * allows nothing.
 */
export interface TokenScope {
  /** Names, or globs with `*`; likewise of Secrets. */
  readonly namespaces?: readonly string[] | undefined;
  readonly secrets?: readonly string[] | undefined;
  /** Bare names of keys: then nothing but these opens. */
  readonly keys?: readonly string[] | undefined;
  /** Audit actions, all of a kind (`secrets.*`), or the sets `read` and `write`. */
  readonly actions?: readonly string[] | undefined;
  /** Where requests may come from. */
  readonly cidrs?: readonly string[] | undefined;
}
