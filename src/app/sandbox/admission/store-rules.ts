import type { JsonObject, KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt, textsAt } from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, unchecked } from './definition-rules.js';

const providers = [
  'openbao',
  'awsSecretsManager',
  'awsParameterStore',
  'azureKeyVault',
  'gcpSecretManager',
  'kubernetes',
  'webhook',
];

const kindsOfProof = ['signature', 'jwt', 'sns'];

/**
 * Applies the CEL rules in `deploy/crds/externalstores.yaml`, in the words of that file.
 * `schemaCauses`: causes that the schema has found.
 */
export function storeCauses(
  store: KubeObject,
  schemaCauses: readonly StatusCause[],
): readonly StatusCause[] {
  if (isBlocked(schemaCauses)) return [unchecked];
  const spec = objectAt(store, 'spec') ?? {};
  const given = providers.filter((name) => objectAt(spec, name) !== undefined);
  return [
    ...broken('spec', {
      holds: given.length === 1,
      message: `must have exactly one of ${providers.join(', ')}`,
    }),
    ...awsCauses(spec, 'awsSecretsManager'),
    ...awsCauses(spec, 'awsParameterStore'),
    ...gcpCauses(spec),
    ...kubernetesCauses(spec),
    ...webhookCauses(spec),
    ...notifyCauses(spec),
  ];
}

function awsCauses(spec: JsonObject, provider: string): readonly StatusCause[] {
  const credentials = objectAt(spec, provider, 'credentials');
  if (credentials === undefined) return [];
  const has = (name: string): boolean => objectAt(credentials, name) !== undefined;
  return broken(`spec.${provider}.credentials`, {
    holds: has('webIdentity') !== has('accessKey'),
    message: 'must have exactly one of webIdentity and accessKey',
  });
}

function notifyCauses(spec: JsonObject): readonly StatusCause[] {
  const notify = objectAt(spec, 'notify');
  if (notify === undefined) return [];
  const given = kindsOfProof.filter((name) => objectAt(notify, name) !== undefined);
  return broken('spec.notify', {
    holds: given.length === 1,
    message: `must have exactly one of ${kindsOfProof.join(', ')}`,
  });
}

function gcpCauses(spec: JsonObject): readonly StatusCause[] {
  const gcp = objectAt(spec, 'gcpSecretManager');
  if (gcp === undefined) return [];
  return broken('spec.gcpSecretManager', {
    holds: textAt(gcp, 'location') === '' || textsAt(gcp, 'replicas').length === 0,
    message: 'regional secrets have no replicas',
  });
}

function kubernetesCauses(spec: JsonObject): readonly StatusCause[] {
  const auth = objectAt(spec, 'kubernetes', 'auth');
  if (auth === undefined) return [];
  const has = (name: string): boolean => objectAt(auth, name) !== undefined;
  return broken('spec.kubernetes.auth', {
    holds: has('token') !== has('tokenSecret'),
    message: 'must have exactly one of token and tokenSecret',
  });
}

function webhookCauses(spec: JsonObject): readonly StatusCause[] {
  const auth = objectAt(spec, 'webhook', 'auth');
  if (auth === undefined) return [];
  const has = (name: string): boolean => objectAt(auth, name) !== undefined;
  return broken('spec.webhook.auth', {
    holds: has('signingSecret') || has('token'),
    message: 'must have signingSecret, token or both',
  });
}
