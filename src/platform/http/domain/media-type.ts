/** Essence of a Content-Type (RFC 9110 section 8.3.1), lower case; undefined if there is none. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  const essence = header?.split(';', 1)[0]?.trim().toLowerCase();
  return essence === '' ? undefined : essence;
}
