import { parse } from 'yaml';
import { z } from 'zod';
import { CommandFailure, exitCodes } from '../exit-code.js';

const givenSchema = z.object({
  clusters: z
    .array(
      z.object({
        cluster: z.object({
          server: z.string(),
          'certificate-authority-data': z.string().optional(),
        }),
      }),
    )
    .length(1),
});

/** Cluster of a kubeconfig, as kubectl reads it. */
export type ClusterEntry = z.output<typeof givenSchema>['clusters'][number]['cluster'];

/** Reads the cluster of the kubeconfig that a gateway gives. Throws CommandFailure. */
export function clusterIn(text: string): ClusterEntry {
  const found = givenSchema.safeParse(parse(text));
  const [given] = found.data?.clusters ?? [];
  if (given !== undefined) return given.cluster;
  throw new CommandFailure('the gateway has sent no kubeconfig', exitCodes.failed);
}

/** Gateway that `sallyport kubeconfig` adds to a kubeconfig. */
export interface GatewayEntry {
  /** Name of the cluster, of the user and of the context. */
  readonly name: string;
  readonly cluster: ClusterEntry;
  /** Program and arguments that print the token. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly namespace: string | undefined;
}

/** Returns the entries of the lists of a kubeconfig. They have no token. */
export function entriesOf({ name, cluster, words, env, namespace }: GatewayEntry) {
  const [command = '', ...args] = words;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args,
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
    // Only `sallyport login` asks the user.
    interactiveMode: 'Never',
    provideClusterInfo: false,
    installHint: 'install sallyport, and run: sallyport kubeconfig',
  };
  return {
    clusters: { name, cluster },
    users: { name, user: { exec } },
    contexts: {
      name,
      context: { cluster: name, user: name, ...(namespace !== undefined && { namespace }) },
    },
  };
}
