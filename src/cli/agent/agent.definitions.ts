import type { CommandDefinition } from '../program/command-definition.js';

/** Commands that keep files up to date. */
export const agentDefinitions: readonly CommandDefinition[] = [
  {
    words: 'agent',
    summary: 'keeps files with values up to date, for programs that read files',
    description:
      'The configuration names files, and the Secrets, keys, environments and templates that they ' +
      'are made of. See docs/keep-files-up-to-date.md.',
    options: [
      { flags: '--config <file>', description: 'configuration in YAML', isRequired: true },
      { flags: '--once', description: 'write the files once and end, as an init container does' },
    ],
    examples: ['sallyport agent --config agent.yaml', 'sallyport agent --config agent.yaml --once'],
    load: async () => (await import('./agent.js')).agent,
  },
];
