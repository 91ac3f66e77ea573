import { z } from 'zod';
import { caSecretReference, secretKeyReference } from './secret-key-reference.js';
import { printable, storeUrl } from './store-url.js';

/** Member `kubernetes` of the spec of an ExternalStore. The prefix of a name is its namespace. */
export const kubernetesSpec = z.strictObject({
  url: storeUrl.meta({ description: 'Address of the API server.' }),
  caSecret: caSecretReference,
  auth: z
    .strictObject({
      token: z
        .strictObject({
          audience: printable.meta({
            description: 'Audience of the tokens: one that the local API server does not accept.',
          }),
        })
        .optional()
        .meta({ description: 'By a short-lived token of the ServiceAccount of the sync.' }),
      tokenSecret: secretKeyReference
        .optional()
        .meta({ description: 'By a bearer token in a Secret.' }),
    })
    .refine(
      ({ token, tokenSecret }) => (token === undefined) !== (tokenSecret === undefined),
      'must have exactly one of token and tokenSecret',
    )
    .meta({ description: 'How the gateway authenticates.' }),
});

export type KubernetesSpec = z.output<typeof kubernetesSpec>;
