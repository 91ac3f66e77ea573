import { outputOption } from '../connection/connection.definitions.js';
import type { CommandDefinition } from '../program/command-definition.js';

export const secretArgument = {
  name: 'secret',
  description: 'NAME, or NAMESPACE/NAME',
  values: 'secret',
} as const;
export const keyArgument = { name: 'key', description: 'name of the key', values: 'key' } as const;
export const dryRunOption = { flags: '--dry-run', description: 'check everything, change nothing' };
export const yesOption = { flags: '-y, --yes', description: 'do not ask' };
export const reasonOption = {
  flags: '--reason <text>',
  description: 'reason, for the audit trail and the history',
};

/** Commands that read and write Secrets. */
export const secretDefinitions: readonly CommandDefinition[] = [
  {
    words: 'list',
    summary: 'lists Secrets, without values',
    options: [
      { flags: '-A, --all-namespaces', description: 'of all namespaces that you may list' },
      { flags: '-l, --selector <labels>', description: 'label selector' },
      { flags: '--deleted', description: 'deleted Secrets that can be brought back' },
      outputOption(['table', 'json', 'name']),
    ],
    examples: ['sallyport list', 'sallyport list -n pay -l app=shop', 'sallyport list -A -o name'],
    load: async () => (await import('./list.js')).list,
  },
  {
    words: 'get',
    summary: 'shows a Secret: its metadata, or its values with --reveal',
    description:
      'With --reveal, the form can also be env, dotenv, docker or properties. jsonpath= takes the ' +
      'expressions of kubectl: fields, indices, * and range. Values are base64 there.',
    arguments: [secretArgument],
    options: [
      { flags: '--reveal', description: 'read the values, which the audit trail records' },
      { flags: '--version <version>', description: 'a version, or its alias, with --reveal' },
      {
        flags: '--names <names>',
        description: 'upper: keys as names of variables',
        choices: ['upper'],
      },
      {
        ...outputOption(['table', 'json', 'yaml', 'name', 'env', 'dotenv', 'docker', 'properties']),
        prefixes: ['jsonpath=', 'jsonpath-file='],
      },
    ],
    examples: [
      'sallyport get db',
      'sallyport get pay/db --reveal -o env > db.env',
      'sallyport get pay/db --reveal -o jsonpath={.data.password} | base64 -d',
    ],
    load: async () => (await import('./get.js')).get,
  },
  {
    words: 'key',
    summary: 'prints the value of one key, byte for byte',
    arguments: [secretArgument, keyArgument],
    options: [{ flags: '--version <version>', description: 'a version, or its alias' }],
    examples: ['sallyport key db password', 'sallyport key pay/tls tls.crt > tls.crt'],
    load: async () => (await import('./key.js')).key,
  },
  {
    words: 'set',
    summary: 'sets keys of a Secret, and creates the Secret if there is none',
    description:
      'KEY=@FILE reads a file, KEY=- standard input, and KEY alone asks without echo. ' +
      'KEY=VALUE shows the value to every process of the machine: it needs --insecure-literal.',
    arguments: [
      secretArgument,
      { name: 'assignment', description: 'KEY, KEY=-, or KEY=@FILE', isRepeated: true },
    ],
    options: [
      { flags: '--type <type>', description: 'type of a new Secret' },
      { flags: '--insecure-literal', description: 'allow KEY=VALUE' },
      dryRunOption,
      reasonOption,
    ],
    examples: [
      'sallyport set db password',
      'printf %s s3cret | sallyport set db password=-',
      'sallyport set pay/tls tls.crt=@tls.crt tls.key=@tls.key --type kubernetes.io/tls',
    ],
    load: async () => (await import('./set.js')).set,
  },
  {
    words: 'edit',
    summary: 'opens the values of a Secret in your editor, and writes what you have changed',
    description:
      'The editor is $VISUAL, $EDITOR or vi. The file is in memory where the machine allows that, ' +
      'and is overwritten and removed at the end. Writes of others in between are merged by key.',
    arguments: [secretArgument],
    options: [dryRunOption, reasonOption],
    examples: ['sallyport edit db', 'sallyport edit pay/db --reason migration'],
    load: async () => (await import('../edit/edit.js')).edit,
  },
  {
    words: 'generate',
    summary: 'sets a key to a random value, without showing the value',
    arguments: [secretArgument, keyArgument],
    options: [
      { flags: '--length <characters>', description: 'length of the value; 32 if absent' },
      {
        flags: '--characters <set>',
        description: 'set of characters; alphanumeric if absent',
        choices: ['alphanumeric', 'hexadecimal', 'symbols'],
      },
      dryRunOption,
      reasonOption,
    ],
    examples: [
      'sallyport generate db password',
      'sallyport generate db salt --characters hexadecimal',
    ],
    load: async () => (await import('./generate.js')).generate,
  },
  {
    words: 'copy',
    summary: 'copies a Secret to another name or namespace',
    arguments: [secretArgument, { ...secretArgument, name: 'target' }],
    options: [
      { flags: '--replace', description: 'replace the target if there is one' },
      dryRunOption,
      reasonOption,
    ],
    examples: ['sallyport copy pay/db shop/db'],
    load: async () => (await import('./copy.js')).copy,
  },
  {
    words: 'delete',
    summary: 'deletes a Secret; its history stays, and undelete brings it back',
    arguments: [secretArgument],
    options: [yesOption, dryRunOption, reasonOption],
    examples: ['sallyport delete db', 'sallyport delete pay/db --yes'],
    load: async () => (await import('./delete.js')).remove,
  },
];
