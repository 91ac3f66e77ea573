/** Returns a Content-Type's essence (RFC 9110 section 8.3.1), lower case; undefined if absent. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  const essence = header?.split(';', 1)[0]?.trim().toLowerCase();
  return essence === '' ? undefined : essence;
}
