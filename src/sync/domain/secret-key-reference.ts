import { z } from 'zod';
import {
  keySchema,
  namespaceSchema,
  secretNameSchema,
} from '../../secrets/domain/parameter-schemas.js';

const reference = {
  namespace: namespaceSchema.meta({ description: 'Namespace of the Secret: one that is served.' }),
  name: secretNameSchema.meta({ description: 'Name of the Secret.' }),
};

/** Key of a Secret that a store needs. */
export const secretKeyReference = z.strictObject({
  ...reference,
  key: keySchema.meta({ description: 'Key of the Secret.' }),
});

/** Key of a Secret with the CA of a store. */
export const caSecretReference = z
  .strictObject({
    ...reference,
    key: keySchema.default('ca.crt').meta({ description: 'Key with the certificates in PEM.' }),
  })
  .optional()
  .meta({ description: 'CA of the server; if absent, those that the gateway trusts.' });

export type SecretKeyReference = z.output<typeof secretKeyReference>;
