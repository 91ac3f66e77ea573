import { z } from 'zod';
import { requestSchema } from '../../core/api-schema.js';

const texts = (description: string) =>
  z.record(z.string(), z.string()).nullish().meta({ description });
const ignored = z.unknown().optional().meta({ description: 'Ignored.' });

/** Members of ObjectMeta that API servers write, and that say nothing about the Secret. */
const serverMembers = {
  uid: ignored,
  resourceVersion: ignored,
  generation: ignored,
  creationTimestamp: ignored,
  deletionTimestamp: ignored,
  deletionGracePeriodSeconds: ignored,
  managedFields: ignored,
  selfLink: ignored,
};

const templateSchema = z.strictObject({
  metadata: z
    .strictObject({
      ...serverMembers,
      name: ignored,
      namespace: ignored,
      labels: texts('Labels of the Secret.'),
      annotations: texts('Annotations of the Secret.'),
    })
    .nullish()
    .meta({ description: 'Metadata of the Secret.' }),
  type: z.string().optional().meta({ description: 'Type of the Secret.' }),
  immutable: z.boolean().nullish().meta({ description: 'Whether the Secret is immutable.' }),
  data: texts('Must be empty: templates of values are not evaluated.'),
});

/**
 * Schema of a SealedSecret. Members of others are refused, because their effect would be missing.
 * https://github.com/bitnami-labs/sealed-secrets/blob/v0.27.1/schema-v1alpha1.yaml
 */
export const sealedSecretSchema = requestSchema(
  'SealedSecret',
  z.strictObject({
    apiVersion: z.literal('bitnami.com/v1alpha1').meta({ description: 'Version of the API.' }),
    kind: z.literal('SealedSecret').meta({ description: 'Kind of the object.' }),
    metadata: z
      .strictObject({
        ...serverMembers,
        name: z.string().meta({ description: 'Name of the Secret.' }),
        namespace: z
          .string()
          .optional()
          .meta({ description: 'Namespace of the Secret, as in the path.' }),
        labels: texts('Ignored.'),
        annotations: texts('State the scope of the values.'),
        ownerReferences: ignored,
        finalizers: ignored,
      })
      .meta({ description: 'Metadata of the SealedSecret.' }),
    spec: z
      .strictObject({
        template: templateSchema
          .nullish()
          .meta({ description: 'The Secret, except for its values.' }),
        encryptedData: z
          .record(z.string(), z.string())
          .meta({ description: 'Encrypted values in base64, by key.' }),
      })
      .meta({ description: 'Contents of the SealedSecret.' }),
    status: ignored,
  }),
  {
    description: 'A manifest that `kubeseal` has written with the certificate of the gateway.',
    example: {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'db', namespace: 'pay' },
      spec: {
        template: { metadata: { labels: { app: 'db' } }, type: 'Opaque' },
        encryptedData: { password: 'AgB0b3BzZWNyZXQ=' },
      },
    },
  },
);

export type SealedSecretManifest = z.output<typeof sealedSecretSchema>;
