import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';
import { caSecretReference } from './secret-key-reference.js';

/** Path of a mount: segments that neither a server nor a proxy reads in a second way. */
const MOUNT = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;
const PRINTABLE = /^[!-~]+$/;
/** No user, no query, no fragment, and no escape, which a parser would resolve. */
const STORE_URL = /^https:\/\/[^/?#@%\\]+(?:\/[^?#%\\]*)?$/;

const mountSchema = z
  .string()
  .max(syncLimits.nameCharactersMax)
  .regex(MOUNT, 'must have segments of letters, digits and _.- between single /');
const printable = z
  .string()
  .min(1)
  .max(syncLimits.nameCharactersMax)
  .regex(PRINTABLE, 'must have printable ASCII characters, and no space');

/** Base of all requests to a store. */
const urlSchema = z
  .string()
  .max(syncLimits.urlCharactersMax)
  .refine(isStoreUrl, 'must be an https:// URL without user, query and fragment');

/** Members of an ExternalStore for OpenBao and Vault. */
export const openbaoSpec = z.strictObject({
  url: urlSchema.meta({ description: 'Address of the server.' }),
  mount: mountSchema
    .default('secret')
    .meta({ description: 'Path of a KV secrets engine of version 2.' }),
  caSecret: caSecretReference,
  auth: z
    .strictObject({
      jwt: z
        .strictObject({
          mount: mountSchema.default('jwt').meta({ description: 'Path of the JWT auth method.' }),
          role: printable.meta({ description: 'Role of the JWT auth method.' }),
          audience: printable.meta({
            description: 'Audience of the tokens: one that the API server does not accept.',
          }),
        })
        .meta({ description: 'By a short-lived token of the ServiceAccount of the sync.' }),
    })
    .meta({ description: 'How the gateway authenticates.' }),
});

export type OpenbaoSpec = z.output<typeof openbaoSpec>;

/** Reports whether a text is an https URL without user, query, fragment and escapes. */
export function isStoreUrl(text: string): boolean {
  return PRINTABLE.test(text) && STORE_URL.test(text) && URL.canParse(text);
}
