import { z } from 'zod';
import { syncLimits } from '../../core/sync-limits.js';
import type { CustomResourceKind } from '../../custom-resources/domain/custom-resource.js';
import {
  areDistinct,
  type ParsedSpec,
  parserOf,
} from '../../custom-resources/domain/parsed-spec.js';
import { parseDuration } from '../../rotation/domain/duration.js';
import { namespaceSchema } from '../../secrets/domain/parameter-schemas.js';
import { awsParameterStoreSpec, awsSecretsManagerSpec } from './aws-spec.js';
import { azureSpecSchema } from './azure-spec.js';
import { gcpSpecSchema } from './gcp-spec.js';
import { kubernetesSpec } from './kubernetes-spec.js';
import { notifySpecSchema } from './notify-spec.js';
import { openbaoSpec } from './openbao-spec.js';
import { isPlainPrefix } from './remote-name.js';
import { webhookSpec } from './webhook-spec.js';

export const storeKind: CustomResourceKind = {
  kind: 'ExternalStore',
  resource: 'externalstores',
  isClusterScoped: true,
};

const durationSchema = z.string().refine((text) => {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= syncLimits.pollMsMin && ms <= syncLimits.pollMsMax;
}, 'must be a duration between 10s and 1d');

const allowanceSchema = z.strictObject({
  namespaces: z
    .array(namespaceSchema)
    .min(1)
    .max(syncLimits.allowedNamespacesMax)
    .refine(areDistinct, 'names the same twice')
    .meta({ description: 'Namespaces whose syncs may use the store.' }),
  prefix: z
    .string()
    .max(syncLimits.remoteNameCharactersMax)
    .refine(isPlainPrefix, 'must end in /, and {namespace} must be a whole segment')
    .meta({ description: 'Beginning of names in the store; `{namespace}` is the namespace.' }),
  directions: z
    .array(z.enum(['push', 'pull']))
    .min(1)
    .max(2)
    .refine(areDistinct, 'names the same twice')
    .meta({ description: 'Whether the namespaces may write to the store, and read from it.' }),
});

/** Members that say which store it is: each spec has one of them. */
const providers = {
  openbao: openbaoSpec.optional().meta({ description: 'A server of OpenBao or Vault.' }),
  awsSecretsManager: awsSecretsManagerSpec
    .optional()
    .meta({ description: 'AWS Secrets Manager in one region.' }),
  awsParameterStore: awsParameterStoreSpec
    .optional()
    .meta({ description: "AWS' Parameter Store in one region." }),
  azureKeyVault: azureSpecSchema.optional().meta({ description: 'A vault of Azure Key Vault.' }),
  gcpSecretManager: gcpSpecSchema
    .optional()
    .meta({ description: 'Secret Manager of a project of Google Cloud.' }),
  kubernetes: kubernetesSpec
    .optional()
    .meta({ description: 'Another cluster of Kubernetes, by its API server.' }),
  webhook: webhookSpec.optional().meta({ description: 'A server with the webhook contract.' }),
};
const providerNames = Object.keys(providers) as (keyof typeof providers)[];

/** Spec of an ExternalStore: `deploy/crds/externalstores.yaml`. */
export const storeSpecSchema = z
  .strictObject({
    ...providers,
    allow: z
      .array(allowanceSchema)
      .max(syncLimits.allowancesMax)
      .default([])
      .meta({ description: 'Which namespaces may use which names. By default, none may.' }),
    poll: durationSchema
      .default('1m')
      .meta({ description: 'How often the store is asked for changes.' }),
    notify: notifySpecSchema.optional().meta({
      description: 'How notifications of changes are authenticated. By default, none is.',
    }),
  })
  .superRefine((spec, ctx) => {
    const given = providerNames.filter((name) => spec[name] !== undefined);
    if (given.length === 1) return;
    const has = given.length === 0 ? '' : `has ${given.join(' and ')}: `;
    ctx.addIssue({
      code: 'custom',
      message: `${has}must have exactly one of ${providerNames.join(', ')}`,
    });
  });

export type StoreSpec = z.output<typeof storeSpecSchema>;

/** ExternalStore, parsed. */
export type ParsedStore = ParsedSpec<StoreSpec>;

/** Parses a store of the cluster. */
export const parseStore = parserOf(storeSpecSchema);

/** Returns the spec of a body without what a write ignores. */
export function storeSpecOf(body: StoreSpec & Readonly<Record<string, unknown>>): StoreSpec {
  const { openbao, awsSecretsManager, awsParameterStore, azureKeyVault, gcpSecretManager } = body;
  const { kubernetes, webhook } = body;
  const provider = {
    openbao,
    awsSecretsManager,
    awsParameterStore,
    azureKeyVault,
    gcpSecretManager,
    kubernetes,
    webhook,
  };
  return { ...provider, allow: body.allow, poll: body.poll, notify: body.notify };
}

/** Returns the time between two questions for changes, in milliseconds. */
export function pollMsOf({ poll }: Pick<StoreSpec, 'poll'>): number {
  return parseDuration(poll) ?? syncLimits.pollMsMax;
}

/** Reports whether the provider tells of changes of many secrets in one call. */
export function tellsChanges(spec: StoreSpec): boolean {
  const { openbao, awsSecretsManager, awsParameterStore } = spec;
  return (openbao ?? awsSecretsManager ?? awsParameterStore) !== undefined;
}

/** Reports whether the provider keeps former values, so that a value that loses is not lost. */
export function keepsHistory({ kubernetes, webhook }: StoreSpec): boolean {
  return kubernetes === undefined && webhook === undefined;
}
