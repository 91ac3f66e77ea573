/** Returns the code of a system error, such as `ENOENT`; else the text of the error. */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : String(error);
}
