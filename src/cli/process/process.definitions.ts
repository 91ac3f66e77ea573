import type { CommandDefinition } from '../program/command-definition.js';

/** Commands that start other programs with values of Secrets. */
export const processDefinitions: readonly CommandDefinition[] = [
  {
    words: 'run',
    summary: 'runs a program with values of Secrets in its environment, or as files',
    description:
      'Each key of a --secret or --environment is a variable of this name; --env names single keys. ' +
      'With --files, they are files SECRET/KEY in the folder $SALLYPORT_FILES, which is private and ' +
      'in memory. The program gets the signals that sallyport gets, and its exit code is that of ' +
      'sallyport. --watch gives the program later values, and waits for a gateway that is away.',
    arguments: [{ name: 'command', description: 'program and its arguments', isRepeated: true }],
    options: [
      {
        flags: '--secret <secret>',
        description: 'NAME, or NAMESPACE/NAME: all keys of a Secret',
        values: 'secret',
        isRepeated: true,
      },
      {
        flags: '--environment <environment>',
        description: 'NAME, or NAMESPACE/NAME: all values of a SecretEnvironment',
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
      { flags: '--files', description: 'whole Secrets and environments as files, not variables' },
      { flags: '--watch', description: 'keep the values of the program up to date' },
      {
        flags: '--on-change <action>',
        description: 'restart the program (if absent), or send it a signal, with --watch --files',
        choices: ['restart', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'],
      },
      {
        flags: '--debounce <duration>',
        description: 'time that collects changes into one; 1s if absent',
      },
      {
        flags: '--max-stale <duration>',
        description: 'end the program if the gateway confirms the values no more; never if absent',
      },
      {
        flags: '--stop-timeout <duration>',
        description: 'time that the program has to end before it is killed; 10s if absent',
      },
    ],
    examples: [
      'sallyport run --secret db -- npm start',
      'sallyport run --env PGPASSWORD=pay/db/password -- psql -h db.pay.svc app',
      'sallyport run --environment pay/shop --watch -- node server.js',
      'sallyport run --secret web-tls --files --watch --on-change SIGHUP -- ./start-server',
    ],
    load: async () => (await import('./run.js')).run,
  },
];
