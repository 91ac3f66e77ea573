/** What the health listener calls the anchor at an index, by its place. */
export function auditAnchorCheck(index: number, place: string): string {
  const [kind = ''] = place.split(':');
  return `audit-anchor-${index + 1}-${kind}`;
}

/** What the health listener calls a sink. */
export function auditSinkCheck(name: string): string {
  return `audit-sink-${name}`;
}
