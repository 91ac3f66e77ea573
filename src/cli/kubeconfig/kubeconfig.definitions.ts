import type { CommandDefinition } from '../program/command-definition.js';

/** Commands that connect kubectl with the gateway. */
export const kubeconfigDefinitions: readonly CommandDefinition[] = [
  {
    words: 'kubeconfig',
    summary: 'adds the gateway to a kubeconfig, with the login of a context',
    description:
      'kubectl gets the token from sallyport credential, so the kubeconfig has no token. Other ' +
      'clusters, users and contexts of the file stay. The file is that of kubectl if absent.',
    options: [
      { flags: '--file <file>', description: 'kubeconfig to change or create' },
      { flags: '--print', description: 'print a kubeconfig, and change no file' },
      { flags: '--name <name>', description: 'name of its context; sallyport-CONTEXT if absent' },
      {
        flags: '--server <url>',
        description:
          'server for kubectl; that of the gateway, on the host of the context, if absent',
      },
      { flags: '--use', description: 'make its context the current one' },
      {
        flags: '--command <program>',
        description: 'program that kubectl starts; this installation if absent',
      },
    ],
    examples: [
      'sallyport kubeconfig --use',
      'sallyport kubeconfig --context prod --file gateway.kubeconfig',
      'sallyport kubeconfig --print --command sallyport',
    ],
    load: async () => (await import('./write-kubeconfig.js')).writeKubeconfig,
  },
  {
    words: 'credential',
    summary: 'prints the token of a context for kubectl, as an ExecCredential',
    description:
      'kubectl and other clients of Kubernetes start this command: see sallyport kubeconfig. It ' +
      'renews the token if it must, and never asks. Its output is a secret.',
    examples: ['sallyport credential --context prod'],
    load: async () => (await import('./print-credential.js')).printCredential,
  },
];
