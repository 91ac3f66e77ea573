import { z } from 'zod';

const clusterSchema = z.looseObject({
  server: z.string().optional(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  'proxy-url': z.string().optional(),
});

const execSchema = z.looseObject({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  interactiveMode: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
});

const userSchema = z.looseObject({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  exec: execSchema.nullish(),
});

const contextSchema = z.looseObject({
  cluster: z.string().optional(),
  user: z.string().optional(),
  namespace: z.string().optional(),
});

/**
 * A file of kubectl, as far as the program reads it.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export const kubeconfigSchema = z.looseObject({
  'current-context': z.string().nullish(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster: clusterSchema })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: userSchema.nullish() })).nullish(),
  contexts: z
    .array(z.looseObject({ name: z.string(), context: contextSchema.nullish() }))
    .nullish(),
});

export type Kubeconfig = z.output<typeof kubeconfigSchema>;
export type KubeCluster = z.output<typeof clusterSchema>;
export type KubeUser = z.output<typeof userSchema>;
export type KubeExec = z.output<typeof execSchema>;
