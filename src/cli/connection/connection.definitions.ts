import type { CommandDefinition, OptionDefinition } from '../program/command-definition.js';

const loginOptions: readonly OptionDefinition[] = [
  { flags: '--name <context>', description: 'name of the context; the host if absent' },
  { flags: '--issuer <url>', description: 'OIDC issuer that the gateway trusts' },
  { flags: '--client-id <id>', description: 'public client at the issuer' },
  {
    flags: '--scope <scope>',
    description: 'scope in addition to openid and offline_access',
    isRepeated: true,
  },
  {
    flags: '--token <kind>',
    description: 'token for the gateway; the ID token if absent',
    choices: ['id', 'access'],
  },
  { flags: '--resource <uri>', description: 'resource that an access token is for' },
  {
    flags: '--credential-helper <name>',
    description: 'store the tokens with the program docker-credential-NAME, not in a file',
  },
  { flags: '--device', description: 'log in on another device, with a code' },
  { flags: '--no-browser', description: 'print the address, and open no browser' },
];

/** Commands about gateways, and about who the user is. */
export const connectionDefinitions: readonly CommandDefinition[] = [
  {
    words: 'login',
    summary: 'saves how to reach a gateway, after a test of the token',
    description:
      'The context has the path of the token file. Without --token-file, the token is read from ' +
      'standard input, or asked for, and saved in a file that only you can read. With --issuer, ' +
      'you log in with OIDC in a browser, or on another device; the token is renewed by itself.',
    options: loginOptions,
    examples: [
      'sallyport login --address http://127.0.0.1:8420 --token-file .sallyport/headers/admin',
      'sallyport login --name prod --address https://sallyport.example.com < token',
      'sallyport login --context prod --issuer https://login.example.com --client-id sallyport',
      'sallyport login --context prod --device',
      'sallyport login --context prod --credential-helper secretservice',
    ],
    load: async () => (await import('./login.js')).login,
  },
  {
    words: 'logout',
    summary: 'removes a context, and the token that login has saved',
    description:
      'The refresh token of an OIDC login is revoked at the issuer, if the issuer can do that.',
    examples: ['sallyport logout', 'sallyport logout --context prod'],
    load: async () => (await import('./logout.js')).logout,
  },
  {
    words: 'whoami',
    summary: 'shows who the gateway takes you for',
    options: [outputOption(['table', 'json'])],
    examples: ['sallyport whoami', 'sallyport whoami -o json'],
    load: async () => (await import('./whoami.js')).whoami,
  },
  {
    words: 'config get-contexts',
    summary: 'lists the contexts; the current one has a star',
    examples: ['sallyport config get-contexts'],
    load: async () => (await import('./context-commands.js')).getContexts,
  },
  {
    words: 'config set-context',
    summary: 'creates or changes a context',
    arguments: [{ name: 'name', description: 'name of the context' }],
    examples: ['sallyport config set-context prod --address https://sallyport.example.com -n pay'],
    load: async () => (await import('./context-commands.js')).setContext,
  },
  {
    words: 'config use-context',
    summary: 'makes a context the current one',
    arguments: [{ name: 'name', description: 'name of the context', values: 'context' }],
    examples: ['sallyport config use-context prod'],
    load: async () => (await import('./context-commands.js')).useContext,
  },
];

/** Returns the option of how a command prints its result. */
export function outputOption(choices: readonly string[]) {
  const description = `form of the output; ${choices[0]} if absent`;
  return { flags: '-o, --output <form>', description, choices };
}
