import { z } from 'zod';
import { textBody } from '../core/api-body.js';
import { defineOperation } from '../core/operation.js';
import { kubectlLimits } from '../core/kubectl-limits.js';

const tokenFile = z
  .string()
  .min(1)
  .max(kubectlLimits.kubeconfigTokenFileCharactersMax)
  .refine((path) => !path.includes('\0'), 'holds a NUL')
  .meta({
    description: 'Path of the file with the token, for kubectl; relative to the kubeconfig.',
    examples: ['gateway.token'],
  });

export const getKubeconfig = defineOperation({
  id: 'getKubeconfig',
  tag: 'Access',
  summary: 'Get a kubeconfig for this gateway',
  description: 'The kubeconfig names a file with a token. It never contains a token.',
  right: 'none',
  method: 'GET',
  path: '/v1/kubeconfig',
  params: z.strictObject({}),
  query: z.strictObject({ tokenFile }),
  body: undefined,
  action: 'access.review',
  problems: ['Invalid'],
  answers: [
    {
      status: 200,
      description: 'The kubeconfig.',
      content: { 'application/yaml': textBody('A kubeconfig.', 'apiVersion: v1\nkind: Config\n') },
    },
  ],
});
