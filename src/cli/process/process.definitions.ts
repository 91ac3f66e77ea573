import type { CommandDefinition } from '../program/command-definition.js';

/** Commands that start other programs with values of Secrets. */
export const processDefinitions: readonly CommandDefinition[] = [
  {
    words: 'run',
    summary: 'runs a program with values of Secrets in its environment',
    description:
      'Each key of a --secret is a variable of this name; --env names single keys. The program\n' +
      'gets the signals that sallyport gets, and its exit code is that of sallyport.',
    arguments: [{ name: 'command', description: 'program and its arguments', isRepeated: true }],
    options: [
      {
        flags: '--secret <secret>',
        description: 'NAME, or NAMESPACE/NAME: all keys of a Secret',
        isRepeated: true,
      },
      {
        flags: '--env <assignment>',
        description: 'VARIABLE=NAME/KEY, or VARIABLE=NAMESPACE/NAME/KEY',
        isRepeated: true,
      },
      {
        flags: '--names <names>',
        description: 'upper: keys as names of variables',
        choices: ['upper'],
      },
    ],
    examples: [
      'sallyport run --secret db -- npm start',
      'sallyport run --env PGPASSWORD=pay/db/password -- psql -h db.pay.svc app',
    ],
    load: async () => (await import('./run-child.js')).runChild,
  },
];
