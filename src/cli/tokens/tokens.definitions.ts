import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition } from '../program/command-definition.js';
import { dryRunOption, reasonOption, yesOption } from '../secrets/secrets.definitions.js';

const limitsTo = (flag: string, what: string) => ({
  flags: `--${flag} <${flag}>`,
  description: `${what} that the token is limited to`,
  isRepeated: true,
});

/** Commands about tokens of the gateway. */
export const tokenDefinitions: readonly CommandDefinition[] = [
  {
    words: 'token create',
    summary: 'creates a token with your rights, or some of them, and shows it once',
    options: [
      { flags: '--description <text>', description: 'what the token is for', isRequired: true },
      { flags: '--expires-in <duration>', description: 'such as 12h or 30d', isRequired: true },
      limitsTo('namespaces', 'namespaces'),
      limitsTo('secrets', 'names of Secrets'),
      limitsTo('keys', 'keys'),
      limitsTo('actions', 'actions, such as read'),
      limitsTo('cidrs', 'addresses of clients'),
      { flags: '--file <file>', description: 'write the token to a file that only you can read' },
      dryRunOption,
      reasonOption,
    ],
    examples: [
      'sallyport token create --description ci --expires-in 30d --namespaces pay --file ci.token',
    ],
    load: async () => (await import('./create-token.js')).createToken,
  },
  {
    words: 'token list',
    summary: 'lists tokens, without showing them',
    options: [outputOption(['table', 'json'])],
    examples: ['sallyport token list'],
    load: async () => (await import('./list-tokens.js')).listTokens,
  },
  {
    words: 'token revoke',
    summary: 'ends a token, and all that were created with it',
    arguments: [{ name: 'id', description: 'id of the token' }],
    options: [yesOption, dryRunOption, reasonOption],
    examples: ['sallyport token revoke 0192f3c4-0000-7000-8000-000000000000 --yes'],
    load: async () => (await import('./revoke-token.js')).revokeToken,
  },
];
