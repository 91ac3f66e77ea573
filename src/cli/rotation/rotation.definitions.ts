import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition } from '../program/command-definition.js';
import { reasonOption, secretArgument } from '../secrets/secrets.definitions.js';

/** Commands about rotations. */
export const rotationDefinitions: readonly CommandDefinition[] = [
  {
    words: 'rotate',
    summary: 'rotates a Secret now, as its policy says, and waits for the end',
    arguments: [secretArgument],
    options: [
      { flags: '--no-wait', description: 'print the id of the run, and do not wait' },
      { flags: '--retire-after <duration>', description: 'time until the old credential ends' },
      reasonOption,
    ],
    examples: ['sallyport rotate db', 'sallyport rotate pay/db --reason leaked --retire-after 5m'],
    load: async () => (await import('./rotate.js')).rotate,
  },
  {
    words: 'rotation status',
    summary: 'shows the rotation of a Secret, and its last runs',
    arguments: [secretArgument],
    options: [outputOption(['table', 'json'])],
    examples: ['sallyport rotation status db'],
    load: async () => (await import('./status.js')).status,
  },
];
