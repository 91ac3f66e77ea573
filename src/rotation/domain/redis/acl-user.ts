/** User as returned by `ACL GETUSER`. */
export interface AclUser {
  readonly isOn: boolean;
  /** Whether any password is accepted. */
  readonly takesAnyPassword: boolean;
  /** SHA-256 of each password that is valid, in hex. */
  readonly hashes: readonly string[];
  /** Rules about commands, of the user and then of each of its selectors (Redis 7). */
  readonly commandRules: readonly string[];
}

/** Parses a user; undefined if invalid. https://redis.io/docs/latest/commands/acl-getuser/ */
export function readAclUser(reply: unknown): AclUser | undefined {
  const members = membersOf(reply);
  const flags = textsOf(members.get('flags'));
  const commands = members.get('commands');
  if (flags === undefined || typeof commands !== 'string') return undefined;
  return {
    isOn: flags.includes('on'),
    takesAnyPassword: flags.includes('nopass'),
    hashes: textsOf(members.get('passwords')) ?? [],
    commandRules: [commands, ...selectorRules(members.get('selectors'))],
  };
}

function selectorRules(selectors: unknown): readonly string[] {
  if (!Array.isArray(selectors)) return [];
  return selectors.flatMap((selector) => {
    const commands = membersOf(selector).get('commands');
    return typeof commands === 'string' ? [commands] : [];
  });
}

/** Parses a map, which RESP2 writes as a list of alternating names and values. */
function membersOf(reply: unknown): ReadonlyMap<unknown, unknown> {
  if (!Array.isArray(reply)) return new Map();
  const list: readonly unknown[] = reply;
  return new Map(list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1]] as const] : [])));
}

function textsOf(list: unknown): readonly string[] | undefined {
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : undefined;
}
