import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition } from '../program/command-definition.js';
import { dryRunOption, reasonOption, secretArgument, yesOption } from './secrets.definitions.js';

/** Commands about the history of Secrets. */
export const versionDefinitions: readonly CommandDefinition[] = [
  {
    words: 'history',
    summary: 'lists the versions of a Secret, newest first',
    arguments: [secretArgument],
    options: [outputOption(['table', 'json'])],
    examples: ['sallyport history db'],
    load: async () => (await import('./history.js')).history,
  },
  {
    words: 'diff',
    summary: 'names the keys that differ between two versions; with --values, also the values',
    description:
      '--values reads both versions with your rights, which the audit trail records. It prints texts ' +
      'by lines, and other values by their size.',
    arguments: [secretArgument],
    options: [
      { flags: '--from <version>', description: 'a version, or its alias; previous if absent' },
      { flags: '--to <version>', description: 'a version, or its alias; current if absent' },
      { flags: '--values', description: 'print the values that differ' },
      outputOption(['table', 'json']),
    ],
    examples: ['sallyport diff db', 'sallyport diff db --from 3 --to 5 --values'],
    load: async () => (await import('./diff.js')).diff,
  },
  {
    words: 'rollback',
    summary: 'makes an earlier version the present state again',
    arguments: [secretArgument],
    options: [
      { flags: '--to <version>', description: 'a version, or its alias; previous if absent' },
      yesOption,
      dryRunOption,
      reasonOption,
    ],
    examples: ['sallyport rollback db', 'sallyport rollback pay/db --to 3 --yes'],
    load: async () => (await import('./rollback.js')).rollback,
  },
  {
    words: 'undelete',
    summary: 'brings a deleted Secret back as it was last',
    arguments: [secretArgument],
    options: [dryRunOption, reasonOption],
    examples: ['sallyport undelete db'],
    load: async () => (await import('./rollback.js')).undelete,
  },
];
