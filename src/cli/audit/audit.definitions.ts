import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition, OptionDefinition } from '../program/command-definition.js';
import { keyArgument, secretArgument } from '../secrets/secrets.definitions.js';

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
      { flags: '--secret <secret>', description: 'NAME, or NAMESPACE/NAME', values: 'secret' },
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
      { flags: '--follow', description: 'print new events as they come, until Ctrl-C' },
      outputOption(['table', 'json']),
    ],
    description:
      '--follow prints each event at least once, oldest first, and waits for a gateway that is ' +
      'unreachable. Its own searches are left out: name --action audit.read to see them.',
    examples: [
      'sallyport audit search --outcome denied --since 24h',
      'sallyport audit search --secret db --follow',
    ],
    load: async () => (await import('./search.js')).search,
  },
  {
    words: 'audit who-read',
    summary: 'names the users who have read the values of a Secret, or of one key',
    arguments: [secretArgument, { ...keyArgument, isOptional: true }],
    options: [...timeOptions, outputOption(['table', 'json'])],
    examples: ['sallyport audit who-read db password --since 30d'],
    load: async () => (await import('./who-read.js')).whoRead,
  },
  {
    words: 'audit check',
    summary: 'checks that the audit log still begins with what a stored checkpoint has signed',
    description:
      'The keys and the checkpoint are files that you have stored elsewhere. With --save, the new ' +
      'checkpoint replaces the stored one. sallyport audit verify checks a whole export.',
    options: [
      { flags: '--keys <file>', description: 'verifier keys, one a line', isRequired: true },
      { flags: '--checkpoint <file>', description: 'stored checkpoint', isRequired: true },
      { flags: '--save', description: 'store the new checkpoint, also if there was none' },
    ],
    examples: ['sallyport audit check --keys log.keys --checkpoint log.checkpoint --save'],
    load: async () => (await import('./check.js')).check,
  },
];
