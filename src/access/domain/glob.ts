/** Reports whether a name or glob with `*` matches a whole text; no RegExp, which may hang. */
export function globMatches(glob: string, text: string): boolean {
  const [head = '', ...parts] = glob.split('*');
  if (parts.length === 0) return text === glob;
  const tail = parts.pop() ?? '';
  if (text.length < head.length + tail.length) return false;
  if (!text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let at = head.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/**
 * Reports whether one glob matches whatever another glob matches. A `*` in the inner glob counts as
 * a character that only a `*` of the outer glob matches, so a yes is always right.
 */
export function globCovers(outer: string, inner: string): boolean {
  return globMatches(outer, inner);
}
