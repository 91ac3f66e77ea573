import { isNoNewer } from '../../versions/domain/resource-version.js';
import { badRequest } from '../../core/errors/sallyport-error.js';

/** Tags in `If-Match` or `If-None-Match`: any representation, or these opaque tags. */
export type EntityTags = '*' | readonly string[];

const element = /^(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/;

/** Returns the validator of a Secret's keys, metadata and formats; not derived from values. */
export function entityTag(secret: {
  readonly uid: string;
  readonly resourceVersion: string;
}): string {
  return `"${secret.uid}.${secret.resourceVersion}"`;
}

/**
 * Parses the field value of `header`, with or without the `W/` that a proxy added. Throws
 * BadRequest. RFC 9110 sections 8.8.3, 13.1.1, 13.1.2 and 5.6.1.2 (empty list elements are
 * skipped).
 */
export function parseEntityTags(
  header: 'If-Match' | 'If-None-Match',
  fieldValue: string,
): EntityTags {
  let rest = trimmed(fieldValue);
  if (rest === '*') return '*';
  const tags: string[] = [];
  while (rest !== '') {
    if (!rest.startsWith(',')) {
      const match = element.exec(rest);
      if (match === null) throw malformed(header);
      tags.push(`"${match[1]}"`);
      rest = trimmed(rest.slice(match[0].length));
      if (rest !== '' && !rest.startsWith(',')) throw malformed(header);
    }
    rest = trimmed(rest.slice(1));
  }
  if (tags.length === 0) throw malformed(header);
  return tags;
}

/** Headers of a request with conditions on the state. */
export type ConditionHeaders = Readonly<
  Partial<Record<'if-match' | 'if-none-match', string | undefined>>
>;

/** Returns the tags in a header; undefined if the request has none. Throws BadRequest. */
export function tagsIn(
  headers: ConditionHeaders,
  header: 'If-Match' | 'If-None-Match',
): EntityTags | undefined {
  const value = headers[header === 'If-Match' ? 'if-match' : 'if-none-match'];
  return value === undefined ? undefined : parseEntityTags(header, value);
}

/** Reports whether the current tag is listed; `*` matches any existing state. */
export function matchesEntityTags(tags: EntityTags, current: string | undefined): boolean {
  if (current === undefined) return false;
  return tags === '*' || tags.includes(current);
}

/** Reports whether a tag is listed of a later state of the same object. */
export function namesNewer(
  tags: EntityTags,
  { uid, resourceVersion }: { readonly uid: string; readonly resourceVersion: string },
): boolean {
  if (tags === '*') return false;
  const start = `"${uid}.`;
  return tags.some((tag) => {
    if (!tag.startsWith(start)) return false;
    const version = tag.slice(start.length, -1);
    return /^\d{1,20}$/.test(version) && !isNoNewer(version, resourceVersion);
  });
}

// `trim` would also remove white space that HTTP does not define.
function trimmed(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '');
}

function malformed(header: string) {
  return badRequest(`${header} must be * or a list of quoted entity tags`);
}
