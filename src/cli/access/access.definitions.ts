import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition } from '../program/command-definition.js';

/** Commands about rights. */
export const accessDefinitions: readonly CommandDefinition[] = [
  {
    words: 'can-i',
    summary: 'asks what you may do with Secrets; ends with 3 if you may not',
    arguments: [
      { name: 'verb', description: 'verb, such as get', isOptional: true },
      {
        name: 'secret',
        description: 'NAME, or NAMESPACE/NAME',
        values: 'secret',
        isOptional: true,
      },
    ],
    options: [
      { flags: '--list', description: 'ask for all verbs' },
      outputOption(['table', 'json']),
    ],
    examples: ['sallyport can-i get db', 'sallyport can-i --list -n pay'],
    load: async () => (await import('./can-i.js')).canI,
  },
];
