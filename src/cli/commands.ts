import type { Command } from './command.js';

/** Commands by their words; each is loaded when it is called. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import('./commands/serve.js'),
  backup: () => import('./commands/backup.js'),
  'audit verify': () => import('./commands/audit-verify.js'),
  'audit rotate-key': () => import('./commands/audit-rotate-key.js'),
  'audit accept-rollback': () => import('./commands/audit-accept-rollback.js'),
  'audit resend': () => import('./commands/audit-resend.js'),
  'audit prune': () => import('./commands/audit-prune.js'),
  'sealed apply': () => import('./commands/sealed-apply.js'),
  'keys list': () => import('./commands/keys-list.js'),
  'keys rotate': () => import('./commands/keys-rotate.js'),
  'keys adopt': () => import('./commands/keys-adopt.js'),
  'keys rewrap': () => import('./commands/keys-rewrap.js'),
};
