import { defineOperation } from '../core/operation.js';
import { writeQuery } from '../core/query-parameters.js';
import { sealingLimits } from '../core/sealing-limits.js';
import { sealedSecretSchema } from '../sealing/domain/sealed-secret.schema.js';
import { collection } from './secret-paths.js';
import { writeResultSchema } from './secret.schemas.js';

const headers = ['ETag', 'Warning', 'Idempotent-Replayed'] as const;

export const applySealedSecret = defineOperation({
  id: 'applySealedSecret',
  tag: 'Sealing',
  summary: 'Create or replace a Secret from a SealedSecret',
  description:
    'Opens the values of the manifest, and writes the whole Secret as `PUT` does: keys, labels ' +
    'and annotations that the manifest does not have are removed. If one value cannot be opened, ' +
    'nothing is written.',
  right: '`update secrets`; `create secrets` if the Secret does not exist',
  method: 'POST',
  path: '/v1/namespaces/:namespace/sealedsecrets',
  params: collection,
  query: writeQuery,
  headers: ['If-Match', 'Idempotency-Key'],
  body: {
    kind: 'raw',
    mediaTypes: ['application/json', 'application/yaml'],
    described: sealedSecretSchema,
    bytesMax: sealingLimits.manifestBytesMax,
  },
  action: 'secrets.update',
  problems: [
    'Invalid',
    'NotFound',
    'AlreadyExists',
    'Conflict',
    'PreconditionRequired',
    'OutcomeUnknown',
  ],
  answers: [
    { status: 200, description: 'Replaced.', headers, schema: writeResultSchema },
    { status: 201, description: 'Created.', headers, schema: writeResultSchema },
  ],
});
