import { type Kind, ofText } from './kind.js';

const LINES_MAX = 1_000;

/** Hashes that Apache and nginx accept. The first match decides. */
const hashes: readonly RegExp[] = [
  /^\$2[abxy]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
  /^\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}$/,
  /^\$1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}$/,
  /^\$5\$(?:rounds=\d{4,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}$/,
  /^\$6\$(?:rounds=\d{4,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}$/,
  /^\{SHA\}[A-Za-z0-9+/]{27}=$/,
  /^\{SSHA\}[A-Za-z0-9+/]{32,60}={0,2}$/,
  /^\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/,
];

/** Users of HTTP basic authentication and the hashes of their passwords. */
export const htpasswdKind: Kind = {
  description: 'Lines of user:hash, as `htpasswd` writes them; no plain passwords.',
  bytesMax: 256 * 1_024,
  reasons: ofText((text) => {
    const lines = text.split(/\r?\n/);
    if (lines.length > LINES_MAX) return [`must have at most ${LINES_MAX} lines`];
    const users = new Set<string>();
    const reasons: string[] = [];
    for (const [index, line] of lines.entries()) {
      if (/^\s*(?:#|$)/.test(line)) continue;
      const reason = lineReason(line, users);
      if (reason !== undefined) reasons.push(`line ${index + 1} ${reason}`);
    }
    return reasons.length + users.size === 0 ? ['must have a user'] : reasons;
  }),
};

function lineReason(line: string, users: Set<string>): string | undefined {
  const colon = line.indexOf(':');
  const user = line.slice(0, colon);
  if (colon < 1 || user !== user.trim()) return 'must be user:hash';
  const isKnown = users.has(user);
  users.add(user);
  if (isKnown) return 'has a user again';
  // Both servers ignore a comment after a second colon.
  const [hash = ''] = line.slice(colon + 1).split(':', 1);
  if (hashes.some((pattern) => pattern.test(hash))) return undefined;
  return 'must have a hash of bcrypt, MD5, SHA-1, SHA-2 or Argon2; plain passwords are refused';
}
