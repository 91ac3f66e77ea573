import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition, OptionDefinition } from '../program/command-definition.js';
import { secretArgument } from '../secrets/secrets.definitions.js';

const timeOptions: readonly OptionDefinition[] = [
  { flags: '--since <time>', description: 'RFC 3339, or an age such as 30d' },
  { flags: '--until <time>', description: 'RFC 3339, or an age such as 1h' },
  { flags: '--limit <events>', description: 'events at most; 100 if absent' },
];

/** Commands that search the audit trail. */
export const auditDefinitions: readonly CommandDefinition[] = [
  {
    words: 'audit search',
    summary: 'finds events of the audit trail, newest first',
    options: [
      { flags: '--secret <secret>', description: 'NAME, or NAMESPACE/NAME' },
      { flags: '-A, --all-namespaces', description: 'events of all namespaces' },
      { flags: '--user <name>', description: 'name of the user' },
      {
        flags: '--action <action>',
        description: 'action, such as secrets.reveal',
        isRepeated: true,
      },
      {
        flags: '--outcome <outcome>',
        description: 'outcome of the calls',
        choices: ['allowed', 'denied', 'failed', 'unknown'],
      },
      ...timeOptions,
      outputOption(['table', 'json']),
    ],
    examples: ['sallyport audit search --outcome denied --since 24h'],
    load: async () => (await import('./search.js')).search,
  },
  {
    words: 'audit who-read',
    summary: 'names the users who have read the values of a Secret, or of one key',
    arguments: [secretArgument, { name: 'key', description: 'name of the key', isOptional: true }],
    options: [...timeOptions, outputOption(['table', 'json'])],
    examples: ['sallyport audit who-read db password --since 30d'],
    load: async () => (await import('./who-read.js')).whoRead,
  },
];
