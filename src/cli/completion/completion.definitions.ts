import type { CommandDefinition } from '../program/command-definition.js';

/** Command that prints completions for shells. */
export const completionDefinitions: readonly CommandDefinition[] = [
  {
    words: 'completion',
    summary: 'prints the completion of a shell: bash, zsh or fish',
    description:
      'It completes commands, options and names of Secrets, keys, contexts and namespaces. Names ' +
      'come from the gateway, without values, and are cached for 30 s. It renews no token, and asks ' +
      'no keyring: then, or after 1.5 s, it offers no names.',
    arguments: [{ name: 'shell', description: 'bash, zsh or fish', values: 'shell' }],
    examples: [
      'sallyport completion bash > ~/.local/share/bash-completion/completions/sallyport',
      'sallyport completion zsh > ~/.zfunc/_sallyport',
      'sallyport completion fish > ~/.config/fish/completions/sallyport.fish',
    ],
    load: async () => (await import('./completion.js')).completion,
  },
];
