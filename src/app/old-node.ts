const SQLITE_MIN = [3, 53] as const;

/** Why this Node is too old, as a sentence; to be asked before anything else is imported. */
export function oldNode(): string | undefined {
  const { node, sqlite = '0' } = process.versions;
  const [major = 0, minor = 0] = sqlite.split('.').map(Number);
  const [majorMin, minorMin] = SQLITE_MIN;
  const isOldSqlite = major < majorMin || (major === majorMin && minor < minorMin);
  if (Number(node.split('.')[0]) >= 24 && !isOldSqlite) return undefined;
  return `Sallyport needs Node 24.21 or a later Node 24; this is ${process.version}`;
}
