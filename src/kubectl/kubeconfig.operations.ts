import { z } from 'zod';
import { defineOperation } from '../core/operation.js';
import { kubectlLimits } from '../core/kubectl-limits.js';

const tokenFile = z
  .string()
  .min(1)
  .max(kubectlLimits.kubeconfigTokenFileCharactersMax)
  .refine((path) => !path.includes('\0'), 'holds a NUL')
  .meta({
    description: 'Path of the file with the token, for kubectl; relative to the kubeconfig',
  });

export const getKubeconfig = defineOperation({
  id: 'getKubeconfig',
  summary: 'A kubeconfig for this gateway: it names a file with a token, and never holds one',
  method: 'GET',
  path: '/v1/kubeconfig',
  params: z.strictObject({}),
  query: z.strictObject({ tokenFile }),
  body: undefined,
  action: 'access.review',
  answers: [{ status: 200, description: 'The kubeconfig', mediaType: 'application/yaml' }],
});
