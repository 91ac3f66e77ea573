import type { AclUser } from './acl-user.js';

/** Commands with which a user gains any missing right, or copies all data elsewhere. */
const POWERFUL = [
  'acl|setuser',
  'acl|load',
  'config|set',
  'module|load',
  'module|loadex',
  'debug',
  'replicaof',
  'slaveof',
] as const;

/** Categories that contain all of these commands (`ACL CAT`); no other category does. */
const CATEGORIES = new Set(['@all', '@admin', '@dangerous', '@slow']);

const WHOLE: Readonly<Record<string, string>> = { allcommands: '+@all', nocommands: '-@all' };

/** Reports whether a user may run administrator commands, by the main rules or any selector. */
export function isPrivileged({ commandRules }: AclUser): boolean {
  return commandRules.some((rules) => POWERFUL.some((command) => allows(rules, command)));
}

/** Reports whether rules allow a command: its last rule counts. */
function allows(rules: string, command: string): boolean {
  const [container] = command.split('|');
  const about = rules
    .toLowerCase()
    .split(' ')
    .map((rule) => WHOLE[rule] ?? rule)
    .findLast((rule) => {
      const subject = rule.slice(1);
      return subject === command || subject === container || CATEGORIES.has(subject);
    });
  return about?.startsWith('+') ?? false;
}
