/**
 * Returns the `Link` of the next page: a reference relative to the request, so that no part of it
 * comes from the `Host` of the request. RFC 8288 section 3.1.
 */
export function nextPageLink(target: string, cursor: string): string {
  const start = target.indexOf('?');
  const query = new URLSearchParams(start < 0 ? '' : target.slice(start + 1));
  query.set('continue', cursor);
  return `<?${query.toString()}>; rel="next"`;
}
