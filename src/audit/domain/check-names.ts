/** Returns the name of the anchor at an index on the health listener, by its place. */
export function auditAnchorCheck(index: number, place: string): string {
  const [kind = ''] = place.split(':');
  return `audit-anchor-${index + 1}-${kind}`;
}

/** Returns the name of a sink on the health listener. */
export function auditSinkCheck(name: string): string {
  return `audit-sink-${name}`;
}
