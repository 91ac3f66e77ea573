import { z } from 'zod';
import { caSecretReference, secretKeyReference } from './secret-key-reference.js';
import { printable, storeUrl } from './store-url.js';

const auth = z
  .strictObject({
    signingSecret: secretKeyReference
      .optional()
      .meta({ description: 'Key that signs each request, as in Standard Webhooks.' }),
    token: z
      .strictObject({
        audience: printable.meta({
          description: 'Audience of the tokens: one that the local API server does not accept.',
        }),
      })
      .optional()
      .meta({ description: 'By a short-lived token of the ServiceAccount of the sync.' }),
  })
  .refine(
    ({ signingSecret, token }) => signingSecret !== undefined || token !== undefined,
    'must have signingSecret, token or both',
  )
  .meta({ description: 'How the gateway authenticates.' });

/** Members of an ExternalStore for a server with the contract of `docs/webhook-store.md`. */
export const webhookSpec = z.strictObject({
  url: storeUrl.meta({ description: 'Address of the server; `/secrets/NAME` is added.' }),
  caSecret: caSecretReference,
  auth,
});

export type WebhookSpec = z.output<typeof webhookSpec>;
