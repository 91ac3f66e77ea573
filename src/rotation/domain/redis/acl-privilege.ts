import type { AclUser } from './acl-user.js';

/** By any of these a user gives itself whatever right it lacks, or takes all data elsewhere. */
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

/** All of them are in these (`ACL CAT`), and in no other. */
const CATEGORIES = new Set(['@all', '@admin', '@dangerous', '@slow']);

const WHOLE: Readonly<Record<string, string>> = { allcommands: '+@all', nocommands: '-@all' };

/** Whether a user may do what makes an administrator of it, in the main rules or any selector. */
export function isPrivileged({ commandRules }: AclUser): boolean {
  return commandRules.some((rules) => POWERFUL.some((command) => allows(rules, command)));
}

/** The last rule about a command counts. */
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
